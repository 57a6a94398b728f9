import { redact } from '../../guardrails/redact.ts';
import type { HandoffRow } from '../../handoffs/store.ts';
import type { Finding } from '../../kernel/intent.ts';
import type { SubmittedTask } from '../../queue/submitted.ts';
import type { Outcome } from './view.ts';

/** Characters of a result, and of a handoff, that a comment shows. */
const longestResult = 4_000;

/** Why a label is no lock, and whether it is tried again. */
export function lockRefused(path: string, { outcome, code, reason, login }: Outcome): string {
  const next =
    outcome === 'refused'
      ? 'It is not tried again: take the label away, and set it anew once that is different.'
      : code === 'approval_pending'
        ? 'It is tried again when a person has agreed in the editor, as long as the label is here. No further comment follows.'
        : 'It is tried again when that ends, as long as the label is here. No further comment follows.';
  return `**Interlock has not locked ${inCode(path)} for ${mention(login)}.**\n\n${quoted(reason)}\n\n${next}`;
}

/** That a lock ended here, although its label is still there. */
export function lockEnded(path: string, { login, reason }: Outcome): string {
  return `**The lock of ${mention(login)} on ${inCode(path)} has ended.**\n\n${quoted(reason)}\n\nThe label is taken away. Set it again to lock the path anew.`;
}

/**
 * Why there is no task for the agent.
 * @param assigned the label that assigns
 */
export function taskRefused(agentId: string, { outcome, reason, login }: Outcome, assigned: string): string {
  const next =
    outcome === 'refused'
      ? `It is not tried again: take ${inCode(assigned)} away, and set it anew once that is different.`
      : 'It is tried again when that is decided, as long as the labels are here. No further comment follows.';
  return `**Interlock has made no task for ${inCode(agentId)}, which ${mention(login)} asked for.**\n\n${quoted(reason)}\n\n${next}`;
}

/** That an issue is assigned to several agents at once. */
export function severalAgents(labels: readonly string[]): string {
  return `**Interlock has made no task: ${labels.map(inCode).join(' and ')} name more than one agent.**\n\nLeave one of them, and the task is made.`;
}

/** That a guardrail objects to what the agent would read. */
export function taskHeld(agentId: string, findings: readonly Finding[]): string {
  const why = findings.map(
    ({ rule, effect, matchedText }) => `${rule}: ${effect}${matchedText ? ` (${matchedText})` : ''}`,
  );
  return `**The task for ${inCode(agentId)} waits for a person.** A guardrail objects to its text.\n\n${quoted(why.join('\n') || null)}\n\nSomebody with an editor lets it go on, or cancels it, in the Work view.`;
}

/** How a task ended, with what its worker left. */
export function taskEnded(agentId: string, task: SubmittedTask, handoff: HandoffRow | undefined): string {
  const by = task.claimed_by_agent ?? agentId;
  const head =
    task.status === 'completed'
      ? `${inCode(by)} has completed the task.`
      : `The task for ${inCode(agentId)} is ${task.status}.`;
  const parts = [
    `**${head}**`,
    ...(task.failure_message === null ? [] : [quoted(task.failure_message)]),
    ...(task.result === null || task.result === undefined ? [] : [`Result:\n${block(textOf(task.result))}`]),
    ...(handoff ? [`Handoff:\n${block(textOfHandoff(handoff))}`] : []),
  ];
  return parts.join('\n\n');
}

function textOf(result: unknown): string {
  return typeof result === 'string' ? result : JSON.stringify(result, null, 2);
}

function textOfHandoff({ summary, completed_work, in_progress, decisions, next_steps }: HandoffRow): string {
  const lists = Object.entries({
    Done: completed_work,
    'In progress': in_progress,
    Decisions: decisions,
    Next: next_steps,
  });
  const told = lists.flatMap(([title, lines]) =>
    lines.length === 0 ? [] : [`${title}:`, ...lines.map(line => `- ${line}`)],
  );
  return [summary, ...told].join('\n');
}

/** Others wrote it: in a block nothing of it is a mention, a link or a picture. Secrets are taken out. */
function block(text: string): string {
  const clean = redact(text);
  const shown = clean.length > longestResult ? `${clean.slice(0, longestResult).toWellFormed()}…` : clean;
  const fence = fenceFor(shown, 3);
  return `${fence}text\n${shown}\n${fence}`;
}

/** A line of it. */
function quoted(text: string | null): string {
  return block(text ?? 'No reason was given.');
}

function inCode(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  const fence = fenceFor(line, 1);
  return line.includes('`') ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

/** Longer than every run of backticks in the text. */
function fenceFor(text: string, shortest: number): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(run => run.length));
  return '`'.repeat(Math.max(shortest, longest + 1));
}

/** Of a person; an app is not called. */
function mention(login: string): string {
  return /^[A-Za-z0-9-]+$/.test(login) ? `@${login}` : inCode(login);
}
