import { textIn } from '../fields.ts';
import {
  agent,
  fetching,
  files,
  harmless,
  replacements,
  shell,
  type ToolReader,
  type ToolTable,
  unforeseeable,
} from './reader.ts';

/** Watches the lines of a command, or the frames of a socket. */
const monitor: ToolReader = (fields, context) =>
  'command' in fields ? shell('bash')(fields, context) : undefined;

/** Leaving a worktree throws its uncommitted work away where it says so; else git refuses. */
const exitWorktree: ToolReader = fields =>
  textIn(fields, 'action') === 'keep' || fields.discard_changes !== true ? { kind: 'none' } : undefined;

/**
 * The tools of Claude Code. Source: its public hook reference, the tool types that its package and `@anthropic-ai/claude-agent-sdk`
 * declare, and what version 2.1.197 offers its model: `npm run test:harnesses` says when another one has more.
 */
export const claudeTools: ToolTable = {
  Bash: shell('bash'),
  PowerShell: shell('powershell'),
  Monitor: monitor,
  Write: files('write', ['file_path'], { content: ['content'] }),
  Edit: files('edit', ['file_path'], { content: ['new_string'], replaces: ['old_string'] }),
  MultiEdit: replacements('edits', ['file_path'], { content: ['new_string'], replaces: ['old_string'] }),
  NotebookEdit: files('edit', ['notebook_path'], { content: ['new_source'] }),
  Read: files('read', ['file_path']),
  NotebookRead: files('read', ['notebook_path']),
  WebFetch: fetching('url'),
  Task: agent,
  Agent: agent,
  Workflow: agent,
  EnterWorktree: harmless,
  ExitWorktree: exitWorktree,
  RemoteTrigger: unforeseeable,
  Artifact: unforeseeable,
  Projects: unforeseeable,
  REPL: unforeseeable,
  AskUserQuestion: harmless,
  BashOutput: harmless,
  CronCreate: harmless,
  CronDelete: harmless,
  CronList: harmless,
  EnterPlanMode: harmless,
  ExitPlanMode: harmless,
  Glob: harmless,
  Grep: harmless,
  KillBash: harmless,
  KillShell: harmless,
  ListMcpResourcesTool: harmless,
  LS: harmless,
  LSP: harmless,
  PushNotification: harmless,
  ReadMcpResourceDirTool: harmless,
  ReadMcpResourceTool: harmless,
  ReadNotifications: harmless,
  ReportFindings: harmless,
  ScheduleWakeup: harmless,
  SendFeedback: harmless,
  SendMessage: harmless,
  SendUserMessage: harmless,
  ShowOnboardingRolePicker: harmless,
  Skill: harmless,
  SlashCommand: harmless,
  StructuredOutput: harmless,
  TaskCreate: harmless,
  TaskGet: harmless,
  TaskList: harmless,
  TaskOutput: harmless,
  TaskStop: harmless,
  TaskUpdate: harmless,
  TodoRead: harmless,
  TodoWrite: harmless,
  ToolSearch: harmless,
  WebSearch: harmless,
};
