import type { Peer } from './peer.ts';

/** One question with one number: how long does this take, and what is it compared with? */
export interface Case {
  readonly name: string;
  readonly question: string;
  readonly rounds: number;
  /** Greatest wanted ratio of our median to Docker's. */
  readonly goal: number;
  /** Makes what a sample needs. What it returns is called at the end. */
  prepare(peer: Peer): Promise<() => void>;
  /** One sample, in milliseconds. */
  sample(peer: Peer, round: number): number;
}

/** What the samples of one peer came to, in milliseconds. */
export interface Figure {
  readonly peer: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Takes samples of all peers in turn (a b c, a b c …), so that a noisy moment hits all of them alike. The first round warms up and does not count. */
export async function measure(subject: Case, peers: readonly Peer[]): Promise<Figure[]> {
  const undo = new AsyncDisposableStack();
  await using _ = undo;
  for (const peer of peers) undo.defer(await subject.prepare(peer));
  const samples = new Map<string, number[]>(peers.map((peer) => [peer.name, []]));
  for (let round = 0; round <= subject.rounds; round++) {
    for (const peer of peers) {
      const milliseconds = subject.sample(peer, round);
      if (round > 0) samples.get(peer.name)?.push(milliseconds);
    }
  }
  return [...samples].map(([peer, times]) => figureOf(peer, times));
}

function figureOf(peer: string, times: number[]): Figure {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { peer, median: at(0.5), min: at(0), max: at(1) };
}
