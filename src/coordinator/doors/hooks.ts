/** A hook call as it came in: the harness's own payload, and what the bridge knows of the process around it. */
export interface HookCall {
  readonly harness: string;
  readonly event: string;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

export type HookDoor = (call: HookCall) => Promise<unknown>;
