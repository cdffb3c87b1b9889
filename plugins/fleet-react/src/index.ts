/**
 * Parts of the fleet pages that other plugins may use: marks, meters, rulers, panels. None of them fetches anything.
 *
 * @packageDocumentation
 */
export * from './AttentionList';
export * from './Chips';
export * from './clock';
export * from './CommandLine';
export * from './Drawer';
export * from './FleetTheme';
export * from './format';
export * from './FreshnessLine';
export * from './Funnel';
export * from './HistoryLine';
export * from './Logs';
export * from './Meter';
export * from './PageHeader';
export * from './Panel';
export * from './RejectionGroups';
export * from './ScoreRuler';
export * from './StatePanels';
export * from './StatusMark';
export * from './translation';
export * from './words';
