import { InterlockError } from '../../coordinator/kernel/errors.ts';
import type { Input } from '../api.ts';
import type { Profile } from '../project-state.ts';
import type { RuleKind } from './rule-kind.ts';

type Fields = Omit<Input<'save_profile'>, 'name' | 'reason'>;

/** Profiles as JSON, with the fields that a person may change. */
export const profileKind: RuleKind = {
  folder: 'profiles',
  extension: '.json',
  find({ profiles }, name) {
    const profile = profiles.find(other => other.name === name);
    return (
      profile && {
        text: profileText(profile),
        version: profile.version,
        changedAt: profile.changed_at === null ? 0 : Date.parse(profile.changed_at),
      }
    );
  },
  async save({ api, state }, name, text, change) {
    const before = state.profiles.find(other => other.name === name);
    const fields = changedFields(fieldsOf(text), before ? fieldsOf(profileText(before)) : {});
    return api.call('save_profile', { ...fields, ...change, name });
  },
};

function profileText(profile: Profile): string {
  const { name: _, version: __, changed_at, changed_by, change_reason, ...fields } = profile;
  return `${JSON.stringify(fields, null, 2)}\n`;
}

/** The fields as they stand; save_profile says what is wrong with them. */
function fieldsOf(text: string): Fields {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch (error) {
    throw noProfile(`This is no JSON: ${error instanceof Error ? error.message : ''}`);
  }
  if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) return fields;
  throw noProfile('A profile is a JSON object.');
}

function noProfile(message: string): InterlockError {
  return new InterlockError('invalid_input', message, {
    next: 'Correct it and save again. Nothing was changed.',
  });
}

/** What the person has changed: what is left out stays as it is. */
function changedFields(after: Fields, before: Fields): Fields {
  const isSame = (name: string, value: unknown) =>
    JSON.stringify(value) === JSON.stringify(before[name as keyof Fields]);
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => !isSame(name, value)));
}
