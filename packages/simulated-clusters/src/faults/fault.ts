import type { Certificates, KubeHandler } from '@flotilla/kube-api';
import type { Door } from '../Door';
import type { World } from '../World';
import type { Parameter } from './parameters';

/** What a fault can take hold of. */
export interface Breakable {
  door: Door;
  world: World;
  /** Makes a cluster of the same shape that nobody has seen before. */
  another(): Promise<World>;
  /** A server's certificate of the same authority whose time is over. */
  expired(): Promise<Certificates>;
}

/** Undoes a fault; called again when it threw. */
export type Mend = () => Promise<void> | void;

/** One row of the table. */
export interface Fault {
  name: string;
  parameters: readonly Parameter<any>[];
  /** What the cluster does then, in a sentence. */
  does: string;
  /** Breaks a cluster. `values` are those of the parameters, in order. */
  begin(cluster: Breakable, ...values: any[]): Promise<Mend> | Mend;
}

/** A row whose `begin` takes what its parameters read. */
export const fault = <Values extends unknown[]>(
  name: string,
  parameters: { [K in keyof Values]: Parameter<Values[K]> },
  does: string,
  begin: (cluster: Breakable, ...values: Values) => Promise<Mend> | Mend,
): Fault => ({ name, parameters, does, begin });

/** Puts somebody between the door and whoever answers there. */
export function between({ door }: Breakable, make: (inner: KubeHandler) => KubeHandler): Mend {
  const inner = door.answer;
  door.answer = make(inner);
  return () => {
    door.answer = inner;
  };
}
