/** What the authorize step decided, and everything that went into it. */
export interface Decision {
  readonly decision: 'allow' | 'deny' | 'approval_required';
  readonly reason: string;
  readonly determiningPolicies: readonly string[];
  readonly engine: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}
