/** Fields of a task's input that hold a command by their name. */
const commandField = /^(?:commands?|cmds?|scripts?|shell|run|exec|bash)$/i;

/** What a worker will read of a task: the description, and every text in the input. */
export function textOfTask(description: string, input: unknown): string {
  return [description, ...textsIn(input)].join('\n');
}

/** What others will read of a result. */
export function textOfResult(result: unknown, message: string | undefined): string {
  return [...(message === undefined ? [] : [message]), ...textsIn(result)].join('\n');
}

/** Every text in a JSON value, a line each; what a field names a command is written as one that is quoted as such. */
function textsIn(value: unknown, isCommand = false): string[] {
  if (typeof value === 'string') return [isCommand ? asCommand(value) : value];
  if (Array.isArray(value)) return value.flatMap(member => textsIn(member, isCommand));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => textsIn(member, commandField.test(name)));
}

/** Readers of prose take a line that begins with a prompt for a command. */
function asCommand(text: string): string {
  return text.replaceAll(/^/gm, '$ ');
}
