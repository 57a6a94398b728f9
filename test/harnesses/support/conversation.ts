/** What the model says in one turn: words, then tools that it uses, all at once. */
export interface Turn {
  readonly say?: string;
  readonly use?: readonly ToolUse[];
}

export interface ToolUse {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What came back of one use of a tool. */
export interface ToolResult {
  readonly tool: string;
  readonly text: string;
  /** As the harness marks it; some only say it in the text. */
  readonly isError: boolean;
}

/** One question of a harness to the model, in the same words whichever API it came by. */
export interface Question {
  /** The tools that the model may use, by their names. */
  readonly tools: readonly string[];
  /** What the person asked first. */
  readonly opening: string;
  /** Everything that the model is told and did not say itself: instructions, prompts, context of hooks. */
  readonly told: string;
  /** What came back of the tools that it has used, in the order in which it used them. */
  readonly results: readonly ToolResult[];
  /** How often the model has spoken before. */
  readonly turnsBefore: number;
  /** As it was asked. */
  readonly body: unknown;
}

/** The API of a model, as one kind of harness speaks it. */
export interface ModelApi {
  /** The path that questions are put to, without what comes after `?`. */
  readonly path: string;
  read(body: unknown): Question;
  /** The body of the answer, a stream of server-sent events. @param name one that no other answer has */
  answer(turn: Turn, name: string): string;
}

/** One server-sent event, of the kind that its data names. */
export function serverSent(data: { readonly type: string } & Readonly<Record<string, unknown>>): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
