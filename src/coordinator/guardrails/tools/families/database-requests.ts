import type { Deed } from '../../effects.ts';
import { deletingSql, sqlDeeds } from '../../sql.ts';
import { losesData } from '../command-line.ts';

/**
 * Databases that are administered by plain requests: what listens on such a port is one, on whatever machine. The paths are
 * those below which a deletion takes more than one record.
 */
const servers: Readonly<Record<string, { readonly name: string; readonly whole: RegExp }>> = {
  '9200': {
    name: 'search server',
    whole:
      /^\/(?:[^/]+|_(?:template|index_template|snapshot|data_stream|ilm|ingest|component_template|alias)\/.+)\/?$/,
  },
  '5984': { name: 'CouchDB server', whole: /^\/[^/]+\/?$/ },
  '6333': { name: 'vector database', whole: /^\/collections\/[^/]+\/?$/ },
  '8080': { name: 'Weaviate server', whole: /^\/v1\/schema\/[^/]+\/?$/ },
  '8500': { name: 'Consul server', whole: /^\/v1\/kv\/.*(?:recurse|\/$)/ },
  '2379': { name: 'etcd server', whole: /^\/v[23](?:beta)?\/keys\/.*(?:recursive|dir)=true/ },
  '8086': { name: 'InfluxDB server', whole: /^\/api\/v2\/(?:buckets|orgs|tasks)\// },
  '8529': { name: 'ArangoDB server', whole: /^\/(?:_db\/[^/]+\/)?_api\/(?:database|collection|graph)\// },
  '15672': { name: 'message broker', whole: /^\/api\/(?:queues|exchanges|vhosts|users)\// },
  '8123': { name: 'ClickHouse server', whole: /^\/./ },
};

/** What a request to a database would lose, by its method, its address and the texts it carries. */
export function databaseRequest(method: string, url: string, bodies: readonly string[]): Deed[] {
  const [, port = '', path = '/'] = /^(?:[a-z]+:\/\/)?[^/:]*(?::(\d+))?(\/[^#]*)?/i.exec(url) ?? [];
  const bare = path.replace(/\?.*/, '');
  if (/\/_(?:delete|update)_by_query\b/.test(bare))
    return [losesData('rows', 'changes or deletes documents of an index by a query')];
  if (port === '9200' && /\/_(?:close|reroute|shrink|rollover)\b/.test(bare) && method === 'POST')
    return [losesData('object', 'takes an index out of use')];
  if (/\/update(?:\/json)?\/?$/.test(bare) && bodies.some(body => /<delete>|"delete"\s*:/.test(body)))
    return [losesData('rows', 'deletes documents of a search index')];
  const server = servers[port];
  if (method === 'DELETE' && server?.whole.test(path) === true) {
    const everything = /^\/(?:_all|\*|[^/?]*\*)/.test(path);
    return [
      losesData(
        everything ? 'store' : 'object',
        `deletes ${everything ? 'every index' : bare} of the ${server.name}`,
      ),
    ];
  }
  return [...bodies, ...questions(path)].flatMap(statement);
}

/** `?q=…`, `?query=…`: SQL that stands in the address. */
function questions(path: string): string[] {
  return [...new URLSearchParams(path.replace(/^[^?]*\??/, ''))].flatMap(([key, value]) =>
    /^(?:q|query|sql|statement)$/i.test(key) ? [value] : [],
  );
}

function statement(body: string): Deed[] {
  const text = body.replace(/^(?:q|query|sql|statement)=/i, '');
  const inside = /"(?:query|q|sql|statement|stmt)"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text;
  return deletingSql.test(inside) ? sqlDeeds(inside) : [];
}
