/** That somebody set or removed a label, as it is kept. */
export interface Fact {
  readonly at: Date;
  readonly was_set: boolean;
  readonly login: string;
}

/** Who set a label that is there, when, and after which removal: null where none is known. */
export interface Setting {
  readonly login: string;
  readonly at: Date;
  readonly since: Date | null;
}

/**
 * How a label that is there came to be there, whatever order the facts became known in. A label that is there cannot be
 * set, so the first that set it since it was removed did; within a second a removal comes first. Undefined where nobody is
 * known to have.
 */
export function settingOf(facts: readonly Fact[]): Setting | undefined {
  const inOrder = [...facts].sort(
    (one, other) =>
      Number(one.at) - Number(other.at) ||
      Number(one.was_set) - Number(other.was_set) ||
      (one.login < other.login ? -1 : 1),
  );
  let setting: Setting | undefined;
  let since: Date | null = null;
  for (const { at, was_set, login } of inOrder) {
    if (!was_set) [setting, since] = [undefined, at];
    else setting ??= { login, at, since };
  }
  return setting;
}

/** True where what was decided for a label as set at that time is decided for this setting of it. */
export function isOfSetting(decidedFor: Date, { at, since }: Pick<Setting, 'at' | 'since'>): boolean {
  return (
    since === null ||
    decidedFor > since ||
    (Number(decidedFor) === Number(since) && Number(at) === Number(since))
  );
}

/** Two labels that ask for something together: what they ask for begins when the second is set, and ends when one goes. */
export function together(one: Setting, other: Setting): Setting {
  const later = one.at >= other.at ? one : other;
  const since = [one.since, other.since].reduce((a, b) => (a === null || (b !== null && b > a) ? b : a));
  return { ...later, since };
}
