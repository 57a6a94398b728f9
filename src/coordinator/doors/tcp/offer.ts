import type { ListenConfig } from '../../listen-config.ts';
import { createTcpDoor, type TcpDoorServices } from './door.ts';
import { createKeyHolders, type KeyHolderServices } from './key-holders.ts';
import { type TcpLimits, tcpLimits } from './limits.ts';
import { createMcpHttpDoor, type McpHttpServices } from './mcp.ts';
import { listenOnTcp, type TcpServer } from './server.ts';
import { createWebhookDoor, type WebhookServices } from './webhooks.ts';
import { createWhoMayAsk } from './who-may-ask.ts';

export type TcpServices = Omit<TcpDoorServices, 'whoMayAsk' | 'keyHolders' | 'mcp' | 'webhooks'> &
  Pick<WebhookServices, 'receive' | 'lentSecrets'> &
  Pick<KeyHolderServices, 'identify'> &
  McpHttpServices;

/**
 * Opens the door over TCP.
 * @param limits for tests, which do not wait as long as a client may be slow.
 * @throws InterlockError `cannot_listen`
 */
export async function offerTcp(
  services: TcpServices,
  config: ListenConfig,
  limits: TcpLimits = tcpLimits,
): Promise<TcpServer> {
  const keyHolders = createKeyHolders({ ...services, ...config, limits });
  const mcp = createMcpHttpDoor(services);
  const whoMayAsk = createWhoMayAsk(config.host, config.hosts, config.origins);
  try {
    const webhooks = createWebhookDoor({ ...services, secrets: config.webhookSecrets });
    const door = createTcpDoor({ ...services, keyHolders, whoMayAsk, mcp, webhooks });
    const server = await listenOnTcp(config, limits, door);
    services.metrics.countConnections(server.countConnections);
    // A server is watched. In an editor the process is the editor's.
    if (config.required) services.metrics.includeProcess();
    return {
      ...server,
      async close() {
        keyHolders.close();
        await mcp.close();
        await server.close();
      },
    };
  } catch (error) {
    keyHolders.close();
    await mcp.close();
    throw error;
  }
}
