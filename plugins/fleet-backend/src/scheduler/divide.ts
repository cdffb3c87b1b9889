/** One cluster in a division. `floor` is what it has and keeps, `cap` the most it can hold (may be infinite). */
export interface Party {
  name: string;
  weight: number;
  floor: number;
  cap: number;
}

/**
 * Shares `replicas` by the Webster (Sainte-Laguë) method: each next replica goes to the largest weight ÷ (2 × share + 1).
 * Starting from the floors it only ever gives, so one replica more never takes one from another cluster; with fewer replicas than
 * floors it takes back the last given. Parties come in order of preference; that order breaks ties.
 *
 * Examples: 5 over 60:40 → 3, 2 · 6 over 1:1 → 3, 3 · 6 over 1:1 with floors 4, 0 → 4, 2 · 7 over 1:1 with cap 2 on the first → 2, 5.
 *
 * @returns shares by name; their sum is smaller than `replicas` only where every cap is reached
 */
export function divide(replicas: number, parties: readonly Party[]): Map<string, number> {
  const floors = parties.map(party => Math.min(party.floor, party.cap));
  const held = floors.reduce((sum, floor) => sum + floor, 0);
  const shares = held >= replicas ? shrink(replicas, parties, floors) : grow(replicas, parties, floors);
  return new Map(parties.map((party, i) => [party.name, shares[i]]));
}

/**
 * Giving one at a time by the largest quotient ends where every party has the shares whose quotients lie above one threshold.
 * So the threshold is searched, and only the ties at it are given singly: 100,000 replicas cost no more than ten.
 */
function grow(replicas: number, parties: readonly Party[], floors: number[]): number[] {
  const shareAt = (threshold: number, i: number) => {
    const { weight, cap } = parties[i];
    return weight > 0 ? Math.min(cap, Math.max(floors[i], seatsAbove(weight, threshold))) : floors[i];
  };
  const sharesAt = (threshold: number) => parties.map((_, i) => shareAt(threshold, i));
  const sumAt = (threshold: number) => {
    let sum = 0;
    for (let i = 0; i < parties.length; i += 1) sum += shareAt(threshold, i);
    return sum;
  };
  // At `high` nothing is given beyond the floors; at `low` too much, or all that the caps allow.
  let high = parties.reduce((most, { weight }) => Math.max(most, weight), 0) + 1;
  let low = parties.reduce((least, { weight }) => (weight > 0 ? Math.min(least, weight) : least), Infinity) / (2 * replicas + 3);
  if (low === Infinity) return floors;
  if (sumAt(low) <= replicas) return sharesAt(low);
  for (let i = 0; i < 100 && high > low; i += 1) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    const sum = sumAt(middle);
    if (sum > replicas) low = middle;
    else high = middle;
    // Nothing left to give: a threshold in between would give the same.
    if (sum === replicas) break;
  }
  return giveSingly(replicas, parties, sharesAt(high));
}

/** Seats whose quotient weight ÷ (2 × seat + 1), seat counted from 0, is at least the threshold. */
function seatsAbove(weight: number, threshold: number): number {
  return Math.max(0, Math.floor((weight / threshold - 1) / 2) + 1);
}

function giveSingly(replicas: number, parties: readonly Party[], start: number[]): number[] {
  const shares = [...start];
  for (let open = replicas - shares.reduce((sum, share) => sum + share, 0); open > 0; open -= 1) {
    let best = -1;
    for (let i = 0; i < parties.length; i += 1) {
      if (parties[i].weight <= 0 || shares[i] >= parties[i].cap) continue;
      // Cross-multiplied: equal quotients must compare as equal.
      if (best < 0 || parties[i].weight * (2 * shares[best] + 1) > parties[best].weight * (2 * shares[i] + 1)) best = i;
    }
    if (best < 0) break;
    shares[best] += 1;
  }
  return shares;
}

function shrink(replicas: number, parties: readonly Party[], floors: number[]): number[] {
  const held = floors.reduce((sum, floor) => sum + floor, 0);
  if (replicas <= 0) return floors.map(() => 0);
  // The fair shares, but never more than what each has: then the same threshold rule takes back the last given.
  const capped = parties.map((party, i) => ({ ...party, weight: party.weight > 0 ? party.weight : 1e-9, floor: 0, cap: floors[i] }));
  return held === replicas ? floors : grow(replicas, capped, floors.map(() => 0));
}

/**
 * Fills clusters in the order given, each up to its cap, after everyone's floor: few clusters (Aggregated).
 * With fewer replicas than floors, the smallest holding is given up first, so that the number of clusters falls.
 */
export function aggregate(replicas: number, parties: readonly Party[]): Map<string, number> {
  const shares = new Map(parties.map(party => [party.name, Math.min(party.floor, party.cap)]));
  let open = replicas - [...shares.values()].reduce((sum, share) => sum + share, 0);
  for (const { name, cap } of parties) {
    if (open <= 0) break;
    const given = Math.min(open, cap - shares.get(name)!);
    shares.set(name, shares.get(name)! + given);
    open -= given;
  }
  // Later in the order goes first among equals.
  const smallestFirst = [...parties].reverse().sort((a, b) => shares.get(a.name)! - shares.get(b.name)!);
  for (const { name } of smallestFirst) {
    if (open >= 0) break;
    const taken = Math.min(-open, shares.get(name)!);
    shares.set(name, shares.get(name)! - taken);
    open += taken;
  }
  return shares;
}
