import { agent, files, harmless, patch, shell, type ToolTable, typing, unforeseeable } from './reader.ts';

/**
 * The tools of Codex. Its hooks call every shell `Bash`; the other shells are what it calls them itself. A tool of a
 * namespace has both names in one word. No hook is told of `exec`, the script that newer models call tools from: each tool
 * in it has its own. Nor is any told of `write_stdin` in 0.169.0, so what is typed into an open program is not seen there.
 * Sources: Codex 0.169.0 with models of different kinds, and `codex-rs` of openai/codex.
 */
export const codexTools: ToolTable = {
  Bash: shell(),
  shell: shell(),
  shell_command: shell(),
  local_shell: shell(),
  exec_command: shell(),
  'container.exec': shell(),
  write_stdin: typing(['chars', 'input']),
  apply_patch: patch,
  read_file: files('read', ['file_path', 'path']),
  view_image: files('read', ['path']),
  spawn_agent: agent,
  send_input: agent,
  resume_agent: agent,
  collaborationspawn_agent: agent,
  collaborationfollowup_task: agent,
  collaborationsend_message: agent,
  js_repl: unforeseeable,
  clockcurr_time: harmless,
  clocksleep: harmless,
  close_agent: harmless,
  collaborationinterrupt_agent: harmless,
  collaborationlist_agents: harmless,
  collaborationwait_agent: harmless,
  // The goals of a chat are its own notes of what it is after.
  create_goal: harmless,
  get_goal: harmless,
  grep_files: harmless,
  list_dir: harmless,
  list_mcp_resources: harmless,
  list_mcp_resource_templates: harmless,
  read_mcp_resource: harmless,
  request_user_input: harmless,
  request_user_input_async: harmless,
  tool_search: harmless,
  update_goal: harmless,
  update_plan: harmless,
  wait: harmless,
  wait_agent: harmless,
  web_search: harmless,
};
