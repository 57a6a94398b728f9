import { z } from 'zod';
import { type ModelApi, type Question, serverSent, type ToolUse, type Turn } from './conversation.ts';

const Content = z.union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))]);
const Item = z.looseObject({
  type: z.string().default('message'),
  role: z.string().optional(),
  content: Content.optional(),
  call_id: z.string().optional(),
  name: z.string().optional(),
  output: Content.optional(),
  tools: z.array(z.unknown()).optional(),
});
type Item = z.output<typeof Item>;
/** A tool, or a namespace of tools; those of the model's own host have no name. */
const Tool = z.looseObject({
  type: z.string(),
  name: z.string().optional(),
  tools: z.array(z.looseObject({ name: z.string() })).optional(),
});
const Body = z.object({
  instructions: z.string().default(''),
  tools: z.array(z.unknown()).default([]),
  input: z.array(Item),
});

/**
 * OpenAI's Responses API, streamed: what Codex speaks, and Copilot where it is told to. A tool in a namespace is written
 * `namespace/tool`. One that takes text as it is, and no JSON, has it in `input`.
 */
export const responsesApi: ModelApi = { path: '/v1/responses', read, answer };

function read(body: unknown): Question {
  const { instructions, tools, input } = Body.parse(body);
  const messages = input.filter(({ type, role }) => type === 'message' && role !== 'assistant');
  const firstCall = input.findIndex(({ type }) => type.endsWith('_call'));
  const before = firstCall < 0 ? input : input.slice(0, firstCall);
  const calls = input.filter(({ type }) => type.endsWith('_call'));
  return {
    tools: [...tools, ...input.flatMap(item => item.tools ?? [])].flatMap(namesOf),
    // A person's words are one message among others in their name.
    opening: messages
      .filter(message => message.role === 'user' && before.includes(message))
      .map(textOf)
      .join('\n'),
    told: [instructions, ...messages.map(textOf)].join('\n'),
    results: input
      .filter(({ type }) => type.endsWith('_call_output'))
      .map(item => ({
        tool: calls.find(({ call_id }) => call_id === item.call_id)?.name ?? '',
        text: textOf({ ...item, content: item.output }),
        isError: false,
      })),
    // Harnesses put calls of their own between those of the model.
    turnsBefore: new Set(calls.flatMap(({ call_id }) => /^call_(\d+)_\d+$/.exec(call_id ?? '')?.[1] ?? []))
      .size,
    body,
  };
}

function namesOf(tool: unknown): readonly string[] {
  const { type, name, tools } = Tool.parse(tool);
  return tools === undefined ? [name ?? type] : tools.map(one => `${name}/${one.name}`);
}

function textOf({ content = '' }: Pick<Item, 'content'>): string {
  return typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('\n');
}

function answer({ say, use = [] }: Turn, name: string): string {
  const items = [
    ...(say === undefined ? [] : [messageOf(say, name)]),
    ...use.map((one, index) => callOf(one, `${name}_${index}`)),
  ];
  const response = { id: `resp_${name}`, object: 'response', created_at: 0, model: 'scripted' };
  const usage = {
    input_tokens: 1,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 1,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 2,
  };
  return [
    serverSent({ type: 'response.created', response: { ...response, status: 'in_progress', output: [] } }),
    ...items.flatMap(({ item, begun, parts }, output_index) => [
      serverSent({ type: 'response.output_item.added', output_index, item: { ...item, ...begun } }),
      ...parts.map(part => serverSent({ ...part, item_id: item.id, output_index })),
      serverSent({ type: 'response.output_item.done', output_index, item }),
    ]),
    serverSent({
      type: 'response.completed',
      response: { ...response, status: 'completed', output: items.map(({ item }) => item), usage },
    }),
  ].join('');
}

/** An item of an answer, what of it is there when it begins, and the events between that and its end. */
interface Streamed {
  readonly item: Fields & { readonly id: string };
  readonly begun: Fields;
  readonly parts: readonly (Fields & { readonly type: string })[];
}

type Fields = Readonly<Record<string, unknown>>;

function messageOf(text: string, name: string): Streamed {
  const part = { type: 'output_text', text, annotations: [] };
  return {
    item: { id: `msg_${name}`, type: 'message', role: 'assistant', status: 'completed', content: [part] },
    begun: { status: 'in_progress', content: [] },
    parts: [
      { type: 'response.content_part.added', content_index: 0, part: { ...part, text: '' } },
      { type: 'response.output_text.delta', content_index: 0, delta: text },
      { type: 'response.output_text.done', content_index: 0, text },
      { type: 'response.content_part.done', content_index: 0, part },
    ],
  };
}

function callOf({ tool, input }: ToolUse, name: string): Streamed {
  const [first = '', second] = tool.split('/');
  const called = second === undefined ? { name: first } : { namespace: first, name: second };
  const isFreeform = ['apply_patch', 'exec'].includes(called.name) && typeof input.input === 'string';
  const [type, field, event] = isFreeform
    ? ['custom_tool_call', 'input', 'response.custom_tool_call_input']
    : ['function_call', 'arguments', 'response.function_call_arguments'];
  const given = isFreeform ? String(input.input) : JSON.stringify(input);
  return {
    item: { id: `fc_${name}`, type, call_id: `call_${name}`, status: 'completed', ...called, [field]: given },
    begun: { status: 'in_progress', [field]: '' },
    parts: [
      { type: `${event}.delta`, delta: given },
      { type: `${event}.done`, [field]: given },
    ],
  };
}
