import { createHash } from 'node:crypto';
import tools from '../../docs/reference/mcp-tools.json';

/** Changes when the tools do, so that the editor reads them again. The build puts the text here, and not the list. */
export const toolsVersion = createHash('sha256').update(JSON.stringify(tools)).digest('hex').slice(0, 12);
