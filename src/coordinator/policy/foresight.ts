import type { Foresee } from '../kernel/act.ts';
import { InterlockError } from '../kernel/errors.ts';
import { accessOf } from '../kernel/operation.ts';
import type { Profiles } from '../profiles/profiles.ts';
import type { Judge } from './judge.ts';
import { type Counters, spend } from './spending.ts';

export interface ForesightServices extends Counters {
  readonly profiles: Profiles;
  readonly judge: Judge;
}

/** Says of a call what the authorize step would say of it now, without counting it. For agents: nobody else is judged. */
export function createForesight(services: ForesightServices): Foresee {
  return async (db, { caller, place }, operation, input) => {
    if (caller.kind !== 'agent') {
      throw new InterlockError(
        'operation_not_permitted',
        'Policies are about agents; no other call is judged.',
        {
          next: 'Ask in the name of a session.',
        },
      );
    }
    const resource = operation.resource(input, place);
    const asked = {
      operation,
      input,
      place,
      access: accessOf(operation, input),
      resources: operation.resources?.(input, place) ?? [resource],
    };
    const resolved = await services.profiles.of(db, place.project.id, caller);
    const spent = await spend(db, services, asked, caller, resolved, 'look');
    return (await services.judge(db, asked, caller, resolved, spent)).decision;
  };
}
