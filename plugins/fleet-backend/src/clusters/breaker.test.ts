import { Breaker } from './breaker';

function breaker(random = 0.5) {
  let now = 0;
  const it_ = new Breaker({ now: () => now, random: () => random, firstPauseMs: 1_000, longestPauseMs: 8_000 });
  return {
    pass: (ms: number) => (now += ms),
    /** One call that ends so; false when it was not let through. */
    call(ended: 'heard' | 'silent' | 'unknown', probing = false) {
      const permit = it_.enter(probing);
      if ('because' in permit) return false;
      permit.done(ended);
      return true;
    },
    enter: () => it_.enter(),
  };
}

describe('the breaker', () => {
  it('opens after three straight silences, not after three among answers', () => {
    const one = breaker();
    for (const ended of ['silent', 'silent', 'heard', 'silent', 'silent', 'unknown'] as const) expect(one.call(ended)).toBe(true);
    expect(one.call('silent')).toBe(true);
    expect(one.call('silent')).toBe(false);
  });

  it('lets one trial through after the pause, and closes when it is heard', () => {
    const one = breaker();
    for (let i = 0; i < 3; i++) one.call('silent');
    one.pass(999);
    expect(one.call('heard')).toBe(false);
    one.pass(1);
    const trial = one.enter();
    expect('because' in one.enter()).toBe(true);
    if (!('because' in trial)) trial.done('heard');
    expect([one.call('silent'), one.call('silent')]).toEqual([true, true]);
  });

  it('waits twice as long after each failed trial, up to the longest pause', () => {
    const one = breaker();
    for (let i = 0; i < 3; i++) one.call('silent');
    for (const pause of [1_000, 2_000, 4_000, 8_000, 8_000]) {
      one.pass(pause - 1);
      expect(one.call('silent')).toBe(false);
      one.pass(1);
      expect(one.call('silent')).toBe(true);
    }
  });

  it('takes calls that ran side by side as one silence', () => {
    const one = breaker();
    for (let round = 1; round <= 3; round++) {
      const together = Array.from({ length: 16 }, () => one.enter());
      expect(together.some(permit => 'because' in permit)).toBe(false);
      together.forEach(permit => 'done' in permit && permit.done('silent'));
    }
    expect('because' in one.enter()).toBe(true);
  });

  it('gives the trial back when it was cancelled', () => {
    const one = breaker();
    for (let i = 0; i < 3; i++) one.call('silent');
    one.pass(1_000);
    expect(one.call('unknown')).toBe(true);
    expect(one.call('heard')).toBe(true);
  });

  it('spreads trials of clusters that died together', () => {
    const waits = [0, 0.999].map(random => {
      const one = breaker(random);
      for (let i = 0; i < 3; i++) one.call('silent');
      let ms = 0;
      while (!one.call('heard')) ms += one.pass(1) && 1;
      return ms;
    });
    expect(waits).toEqual([750, 1250]);
  });

  it('holds no probe back, and closes when one is heard', () => {
    const one = breaker();
    for (let i = 0; i < 3; i++) one.call('silent');
    for (let i = 0; i < 5; i++) expect(one.call('silent', true)).toBe(true);
    expect(one.call('heard')).toBe(false);
    expect([one.call('heard', true), one.call('silent'), one.call('silent')]).toEqual([true, true, true]);
  });
});
