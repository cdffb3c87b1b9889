export * from './decision';
export * from './reasons';
