import { Budget } from './budget';

describe('the budget of one cluster', () => {
  const signal = new AbortController().signal;

  it('hands a place on in the order of coming', async () => {
    const budget = new Budget(1, 10);
    const order: string[] = [];
    const first = await budget.enter(signal);
    const others = ['a', 'b'].map(async name => {
      const leave = await budget.enter(signal);
      order.push(name);
      if (typeof leave === 'function') leave();
    });
    expect(order).toEqual([]);
    if (typeof first === 'function') first();
    await Promise.all(others);
    expect(order).toEqual(['a', 'b']);
  });

  it('turns away what would wait too long in line, and lets a cancelled one go', async () => {
    const budget = new Budget(1, 1);
    const leave = await budget.enter(signal);
    const cancel = new AbortController();
    const waiting = budget.enter(cancel.signal);
    expect(await budget.enter(signal)).toBe('full');
    cancel.abort();
    expect(await waiting).toBe('aborted');
    const next = budget.enter(signal);
    if (typeof leave === 'function') leave();
    expect(typeof (await next)).toBe('function');
  });

  it('gives a place back once, however often it is told', async () => {
    const budget = new Budget(1, 5);
    const leave = await budget.enter(signal);
    if (typeof leave === 'function') [1, 2, 3].forEach(leave);
    expect(typeof (await budget.enter(signal))).toBe('function');
    const cancel = new AbortController();
    const third = budget.enter(cancel.signal);
    cancel.abort();
    expect(await third).toBe('aborted');
  });
});
