import { isFields, pathsIn, textIn, textsIn } from '../fields.ts';
import {
  agent,
  fetching,
  files,
  harmless,
  onFiles,
  patch,
  quoted,
  replacements,
  shell,
  type ToolReader,
  type ToolTable,
  typing,
  unforeseeable,
} from './reader.ts';

/** Writes a task into the workspace's tasks and starts it. */
const createTask: ToolReader = (fields, context) => {
  const task = fields.task;
  if (!isFields(task)) return undefined;
  const command = textIn(task, 'command');
  if (command === undefined) return undefined;
  const words = textsIn(task, 'args').map(word => quoted(word, context.hostShell));
  const [cwd] = pathsIn(fields, 'workspaceFolder');
  const label = textIn(task, 'label');
  return {
    kind: 'task',
    command: [command, ...words].join(' '),
    shell: context.hostShell,
    ...(label === undefined ? {} : { label }),
    ...(cwd === undefined ? {} : { cwd }),
  };
};

/** Starts a task that the workspace defines: what it runs stands in a file that the agent may have written. */
const runTask: ToolReader = (fields, context) => {
  const label = textIn(fields, 'id', 'taskLabel', 'label');
  return label === undefined ? undefined : { kind: 'task', label, shell: context.hostShell };
};

const runCommand: ToolReader = fields => {
  const command = textIn(fields, 'commandId', 'command');
  if (command === undefined) return undefined;
  return { kind: 'editor_command', command, arguments: Array.isArray(fields.args) ? fields.args : [] };
};

const installExtension: ToolReader = fields => {
  const id = textIn(fields, 'id', 'extensionId');
  if (id === undefined) return undefined;
  return { kind: 'editor_command', command: 'workbench.extensions.installExtension', arguments: [id] };
};

/** The language server decides which files change; the call names the one where it starts. */
const renameSymbol: ToolReader = fields => {
  const found = onFiles('edit', pathsIn(fields, 'filePath', 'uri'), textIn(fields, 'newName'));
  return found?.kind === 'edit' ? { ...found, andOthers: true } : undefined;
};

/**
 * The tools of VS Code's own agent mode. Source: `vscode-local-hooks` measurements on 1.139.1, and the names and input
 * schemas in that build's Copilot extension and workbench.
 */
export const vscodeTools: ToolTable = {
  run_in_terminal: shell(),
  send_to_terminal: typing(['command', 'text']),
  create_and_run_task: createTask,
  run_task: runTask,
  run_vscode_command: runCommand,
  install_extension: installExtension,
  create_file: files('write', ['filePath'], { content: ['content'] }),
  replace_string_in_file: files('edit', ['filePath'], { content: ['newString'], replaces: ['oldString'] }),
  multi_replace_string_in_file: replacements('replacements', ['filePath'], {
    content: ['newString'],
    replaces: ['oldString'],
  }),
  insert_edit_into_file: files('edit', ['filePath'], { content: ['code'] }),
  edit_notebook_file: files('edit', ['filePath'], { content: ['newCode'] }),
  apply_patch: patch,
  edit_files: files('edit', ['files', 'filePaths', 'filePath']),
  editFiles: files('edit', ['files', 'filePaths', 'filePath']),
  vscode_editFile_internal: files('edit', ['uri', 'filePath'], { content: ['code'] }),
  vscode_renameSymbol: renameSymbol,
  read_file: files('read', ['filePath']),
  view_image: files('read', ['filePath']),
  fetch_webpage: fetching('urls', 'url'),
  vscode_fetchWebPage_internal: fetching('urls', 'url'),
  open_browser_page: fetching('url'),
  navigate_page: (fields, context) => ('url' in fields ? fetching('url')(fields, context) : { kind: 'none' }),
  runSubagent: agent,
  execution_subagent: agent,
  explore_subagent: agent,
  search_subagent: agent,
  create_new_workspace: unforeseeable,
  setup_tools_createNewWorkspace: unforeseeable,
  create_new_jupyter_notebook: unforeseeable,
  run_notebook_cell: unforeseeable,
  run_playwright_code: unforeseeable,
  click_element: harmless,
  copilot_getNotebookSummary: harmless,
  // Makes an empty folder: nobody loses anything by it, and files in it are seen when they are written.
  create_directory: harmless,
  drag_element: harmless,
  file_search: harmless,
  get_changed_files: harmless,
  get_errors: harmless,
  get_task_output: harmless,
  get_terminal_output: harmless,
  get_vscode_api: harmless,
  github_repo: harmless,
  github_text_search: harmless,
  grep_search: harmless,
  handle_dialog: harmless,
  hover_element: harmless,
  kill_terminal: harmless,
  list_dir: harmless,
  manage_todo_list: harmless,
  // The agent's own notes, which the editor keeps outside the workspace.
  memory: harmless,
  read_notebook_cell_output: harmless,
  read_page: harmless,
  read_project_structure: harmless,
  renderMermaidDiagram: harmless,
  resolve_memory_file_uri: harmless,
  runTests: harmless,
  screenshot_page: harmless,
  search_workspace_symbols: harmless,
  semantic_search: harmless,
  session_store_sql: harmless,
  skill: harmless,
  switch_agent: harmless,
  terminal_last_command: harmless,
  terminal_selection: harmless,
  test_search: harmless,
  testFailure: harmless,
  tool_search: harmless,
  type_in_page: harmless,
  vscode_askQuestions: harmless,
  vscode_get_confirmation: harmless,
  vscode_get_confirmation_with_options: harmless,
  vscode_get_terminal_confirmation: harmless,
  vscode_listCodeUsages: harmless,
  vscode_reviewPlan: harmless,
  vscode_searchExtensions_internal: harmless,
};
