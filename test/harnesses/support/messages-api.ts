import { z } from 'zod';
import { type ModelApi, type Question, serverSent, type ToolUse, type Turn } from './conversation.ts';

const Text = z.object({ type: z.literal('text'), text: z.string() });
const Use = z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string() });
const Result = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(z.union([Text, z.object({ type: z.string() })]))]).default(''),
  is_error: z.boolean().default(false),
});
const Part = z.union([Text, Use, Result, z.object({ type: z.string() })]);
const Content = z.union([z.string(), z.array(Part)]);
const Body = z.object({
  system: Content.default(''),
  tools: z.array(z.object({ name: z.string() })).default([]),
  messages: z.array(z.object({ role: z.string(), content: Content })),
});

/** Anthropic's Messages API, streamed: what Claude Code speaks. */
export const messagesApi: ModelApi = { path: '/v1/messages', read, answer };

function read(body: unknown): Question {
  const { system, tools, messages } = Body.parse(body);
  const others = messages.filter(({ role }) => role !== 'assistant');
  const parts = messages.flatMap(({ content }) => partsOf(content));
  const came = new Map(parts.flatMap(part => ('tool_use_id' in part ? [[part.tool_use_id, part]] : [])));
  return {
    tools: tools.map(({ name }) => name),
    opening: textOf(messages[0]?.content ?? ''),
    told: [system, ...others.map(({ content }) => content)].map(textOf).join('\n'),
    results: parts.flatMap(part => {
      const result = 'name' in part ? came.get(part.id) : undefined;
      if (!('name' in part) || result === undefined) return [];
      return [{ tool: part.name, text: textOf(result.content), isError: result.is_error }];
    }),
    turnsBefore: messages.length - others.length,
    body,
  };
}

function partsOf(content: z.output<typeof Content>): readonly z.output<typeof Part>[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function textOf(content: z.output<typeof Content>): string {
  return partsOf(content)
    .flatMap(part => ('text' in part ? [part.text] : []))
    .join('\n');
}

function answer({ say, use = [] }: Turn, name: string): string {
  const words = say === undefined ? [] : [textBlock(say)];
  const blocks = [...words, ...use.map((one, index) => useBlock(one, `toolu_${name}_${index}`))];
  return [
    serverSent({
      type: 'message_start',
      message: {
        id: `msg_${name}`,
        type: 'message',
        role: 'assistant',
        model: 'scripted',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 1, output_tokens: 1 },
      },
    }),
    ...blocks.flatMap(({ start, delta }, index) => [
      serverSent({ type: 'content_block_start', index, content_block: start }),
      serverSent({ type: 'content_block_delta', index, delta }),
      serverSent({ type: 'content_block_stop', index }),
    ]),
    serverSent({
      type: 'message_delta',
      delta: { stop_reason: use.length > 0 ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage: { output_tokens: 1 },
    }),
    serverSent({ type: 'message_stop' }),
  ].join('');
}

function textBlock(text: string) {
  return { start: { type: 'text', text: '' }, delta: { type: 'text_delta', text } };
}

function useBlock({ tool, input }: ToolUse, id: string) {
  return {
    start: { type: 'tool_use', id, name: tool, input: {} },
    delta: { type: 'input_json_delta', partial_json: JSON.stringify(input) },
  };
}
