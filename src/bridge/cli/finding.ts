/** What one check of `doctor` found. */
export interface Finding {
  /** What was looked at, in few words. */
  readonly check: string;
  /** `bad`: something does not work, or protects nobody. `note`: worth knowing. */
  readonly status: 'ok' | 'note' | 'bad';
  readonly found: string;
  /** What to do about it. */
  readonly mend?: string;
}

export function ok(check: string, found: string): Finding {
  return { check, status: 'ok', found };
}

export function note(check: string, found: string, mend?: string): Finding {
  return { check, status: 'note', found, ...(mend === undefined ? {} : { mend }) };
}

export function bad(check: string, found: string, mend: string): Finding {
  return { check, status: 'bad', found, mend };
}
