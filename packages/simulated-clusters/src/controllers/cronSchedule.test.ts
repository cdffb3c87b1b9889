import { nextTime } from './cronSchedule';

describe('the next time of a schedule', () => {
  it.each([
    ['*/5 * * * *', '2030-01-01T00:00:00Z', '2030-01-01T00:05:00Z'],
    ['0 3 * * *', '2030-01-01T03:00:00Z', '2030-01-02T03:00:00Z'],
    ['30 8-10/2 * * mon-fri', '2030-01-05T00:00:00Z', '2030-01-07T08:30:00Z'],
    ['0 0 1,15 * *', '2030-01-02T00:00:00Z', '2030-01-15T00:00:00Z'],
    ['0 0 13 * 5', '2030-01-05T00:00:00Z', '2030-01-11T00:00:00Z'],
    ['0 0 29 feb *', '2030-01-01T00:00:00Z', '2032-02-29T00:00:00Z'],
    ['@weekly', '2030-01-01T00:00:00Z', '2030-01-06T00:00:00Z'],
    ['@every 90s', '2030-01-01T00:00:00Z', '2030-01-01T00:01:30Z'],
  ])('%s after %s is %s', (schedule, after, next) => {
    expect(new Date(nextTime(schedule, Date.parse(after))!).toISOString()).toBe(next.replace('Z', '.000Z'));
  });

  it('is of its time zone, in summer and in winter', () => {
    const at = (after: string) => new Date(nextTime('0 9 * * *', Date.parse(after), 'Europe/Berlin')!).toISOString();
    expect([at('2030-01-01T00:00:00Z'), at('2030-07-01T00:00:00Z')]).toEqual(['2030-01-01T08:00:00.000Z', '2030-07-01T07:00:00.000Z']);
  });

  it.each(['0 0 30 2 *', '61 * * * *', '* * * *', '1-0 * * * *', '*/0 * * * *', 'x * * * *'])('%s is none', schedule => expect(nextTime(schedule, 0)).toBeUndefined());
  it('of a zone that nobody knows is none', () => expect(nextTime('* * * * *', 0, 'Moon/Base')).toBeUndefined());
});
