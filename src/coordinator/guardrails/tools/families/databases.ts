import type { Deed } from '../../effects.ts';
import { type Arg, plainArg, type Stream, unknown } from '../../shell/value.ts';
import { sqlDeeds, sqlShellCommands } from '../../sql.ts';
import { commandLine, destroys, losesData } from '../command-line.ts';
import { type Call, type Family, named, type Tool } from '../tool.ts';

/** A SQL script larger than this is not read, in characters. */
const maximumScript = 256 * 1024;

/** Everything a SQL text would do, from wherever it comes. */
export function runSql(call: Call, sql: string): void {
  for (const deed of sqlDeeds(sql)) call.effect(deed);
  for (const command of sqlShellCommands(sql)) call.script(plainArg(command));
}

function runAll(call: Call, texts: readonly Arg[]): void {
  for (const text of texts) runSql(call, text.text);
}

/** A script that cannot be read still has a name. */
const takesAwayByName =
  /(?:^|[-_/\d])(?:drop|truncate|wipe|destroy|teardown|purge|delete[-_]all)(?:[-_.]|$)/i;

function runFile(call: Call, file: Arg): void {
  const { absolute } = call.place(file);
  const written = call.written(file)?.text;
  const text = written ?? (absolute === undefined ? undefined : call.read(absolute));
  if (text !== undefined && text.length <= maximumScript) runSql(call, text);
  else if (text === undefined && takesAwayByName.test(file.text))
    call.effect(losesData('object', `runs ${file.text}, which by its name takes something away`));
}

/** What comes through a pipe or a redirection: known text, or a file that can be read. */
export function runInput(call: Call, input: Stream): void {
  const fetched = input.origins.find(origin => origin.kind === 'fetched');
  if (fetched !== undefined) call.effect({ kind: 'run-fetched', host: fetched.host });
  else if (input.text !== unknown) runSql(call, input.text);
  else for (const origin of input.origins) if (origin.kind === 'file') runFile(call, plainArg(origin.path));
}

interface Client {
  readonly options: string;
  /** Options whose value is SQL, and options whose value is a file of it. */
  readonly sql: readonly string[];
  readonly files?: readonly string[];
  /** The operands before SQL that stands by itself: `sqlite3 file.db "select …"`. */
  readonly operandsBefore?: number;
  readonly style?: Tool['style'];
}

function client(names: string, description: Client): Family {
  return named(names, {
    options: description.options,
    ...(description.style === undefined ? {} : { style: description.style }),
    run: call => {
      if (call.has('help', 'version')) return undefined;
      const texts = description.sql.flatMap(key => call.all(key));
      if (description.operandsBefore !== undefined)
        texts.push(...call.options.operands.slice(description.operandsBefore));
      for (const text of texts) runSql(call, text.text);
      const files = (description.files ?? []).flatMap(key => call.all(key));
      for (const file of files) runFile(call, file);
      if (texts.length === 0 && files.length === 0) runInput(call, call.stdin);
      return undefined;
    },
  });
}

const sqlClients: Family = {
  ...client('psql pgcli usql', {
    options:
      '-c,--command= -f,--file= -d,--dbname= -h,--host= -p,--port= -U,--username= -v,--set,--variable= -o,--output= -L,--log-file= -F,--field-separator= -P,--pset= -R,--record-separator= ' +
      '-T,--table-attr= -a -A -b -e -E -H -l,--list -n -q,--quiet -s -S -t,--tuples-only -V -w,--no-password -W,--password -x -X,--no-psqlrc -z -0 -1,--single-transaction',
    sql: ['c'],
    files: ['f'],
  }),
  ...client('mysql mariadb mycli', {
    options:
      '-e,--execute= -D,--database= -h,--host= -P,--port= -u,--user= -p?= --password?= -S,--socket= --defaults-file= --defaults-extra-file= --protocol= --default-character-set= --init-command= ' +
      '-N,--skip-column-names -B,--batch -s,--silent -t,--table -v,--verbose -r,--raw -f,--force -q,--quick -A --ssl-mode= --ssl-ca= --ssl-cert= --ssl-key= -w -U,--safe-updates --tee=',
    sql: ['e', 'init-command'],
  }),
  ...client('sqlite3 sqlite litecli', {
    options:
      '-cmd= -init= -separator= -nullvalue= -newline= -mode= -vfs= -batch -bail -column -csv -json -line -list -html -header -noheader -echo -interactive -readonly -stats -version -table -markdown -box -safe',
    style: { singleDash: true },
    sql: ['cmd'],
    files: ['init'],
    operandsBefore: 1,
  }),
  ...client('duckdb', {
    options:
      '-c= -s= -cmd= -f= -init= -separator= -nullvalue= -newline= -csv -json -line -list -markdown -box -batch -readonly -header -noheader -no-stdin -unsigned',
    style: { singleDash: true },
    sql: ['c', 's', 'cmd'],
    files: ['f', 'init'],
    operandsBefore: 1,
  }),
  ...client('sqlcmd', {
    options:
      '-Q= -q= -i= -o= -S= -U= -P= -d= -v= -s= -w= -W -b -E -C -I -N -h= -t= -l= -a= -r?= -y= -Y= -k?= -u -x -e -G -z= -Z=',
    sql: ['Q', 'q'],
    files: ['i'],
  }),
  ...client('cqlsh', {
    options:
      '-e,--execute= -f,--file= -k,--keyspace= -u,--username= -p,--password= --ssl --cqlversion= --request-timeout= --debug',
    sql: ['e'],
    files: ['f'],
  }),
  ...client('clickhouse-client clickhouse-local', {
    options:
      '-q,--query= --queries-file= -h,--host= --port= -u,--user= --password= -d,--database= -f,--format= -m -n,--multiquery -t --param_id= --max_memory_usage=',
    sql: ['q'],
    files: ['queries-file'],
  }),
  ...client('snowsql', {
    options: '-q,--query= -f,--filename= -a= -u= -d= -s= -w= -r= -c= -o= -D=',
    sql: ['q'],
    files: ['f'],
  }),
  ...client('hive beeline impala-shell spark-sql presto trino', {
    options:
      '-e,--execute= -q,--query= -f,--file= -u= -n= -p= -i= -d= -S --database= --hiveconf= --hivevar= --conf= --master= --server= --catalog= --schema= --user= --output-format=',
    sql: ['e', 'q'],
    files: ['f'],
  }),
  ...client('osql isql bteq db2 fbsql tsql', {
    options: '-Q= -q= -i= -S= -U= -P= -d= -E -b',
    sql: ['Q', 'q'],
    files: ['i'],
    operandsBefore: 0,
  }),
  ...client('sqlplus sql sqlcl', {
    options: '-S -L -s',
    style: { singleDash: true },
    sql: [],
    operandsBefore: 99,
  }),
  ...client('surreal questdb', {
    options: '-execute= -database= -host= -port= -username= -password= -format= -precision=',
    style: { singleDash: true },
    sql: ['execute'],
    operandsBefore: 0,
  }),
};

const dropsDatabase = losesData('store', 'drops the database {}');

/** Cypher deletes by DELETE and REMOVE; without a WHERE, everything that matches. */
function cypher(call: Call): void {
  const text = call.options.operands.map(arg => arg.text).join(' ') || call.stdin.text;
  if (/\bDROP\b/i.test(text) || (/\bDELETE\b/i.test(text) && !/\bWHERE\b|\{[^}]*:/i.test(text)))
    call.effect(losesData('object', 'deletes nodes of the graph'));
}

const administration: Family = {
  ...commandLine('influx', {
    options:
      '-b,--bucket= -o,--org= -t,--token= -execute= -database= -host= -predicate= --predicate= --start= --stop=',
    style: { singleDash: true },
    acts: {
      '': call => runAll(call, call.all('execute')),
      delete: losesData('rows', 'deletes points of a bucket'),
      'bucket|org|task|auth|user delete': losesData('store', 'deletes {} with its data'),
    },
  }),
  ...commandLine('neo4j-admin', {
    acts: {
      'database drop': dropsDatabase,
      'database load|restore': losesData('store', 'replaces the database {}'),
    },
  }),
  ...commandLine('cypher-shell', {
    options:
      '-a,--address= -u,--username= -p,--password= -d,--database= -f,--file= --format= --non-interactive',
    acts: { '': cypher },
    verbs: [[/./, cypher]],
  }),
  ...commandLine('dropdb', {
    options: '-h= -p= -U= -W -w -e -i -f,--force --if-exists --maintenance-db=',
    acts: { '': dropsDatabase },
  }),
  ...commandLine('dropuser', {
    options: '-h= -p= -U= -W -w -e -i --if-exists',
    acts: {
      '': { kind: 'infrastructure', act: 'access', how: 'removes the database role {}', local: false },
    },
  }),
  ...commandLine('mysqladmin mariadb-admin', {
    options: '-u,--user= -p?= --password?= -h,--host= -P,--port= -S,--socket= -f,--force -s -v -i= -c=',
    acts: {
      drop: dropsDatabase,
      password: {
        kind: 'infrastructure',
        act: 'access',
        how: 'changes a password of the database',
        local: false,
      },
      shutdown: { kind: 'system', act: 'service', how: 'stops the database server' },
      'flush-logs': losesData('rows', 'rotates the logs of the database server'),
    },
  }),
  ...commandLine('pg_restore', {
    options:
      '-d,--dbname= -h= -p= -U= -c,--clean -C,--create --if-exists -j= -t= -n= -F= -f,--file= -L= -l,--list -v -O -x -1 -a -s --no-owner --no-acl',
    acts: {
      '-c|--clean !-l|--list !-f|--file': losesData(
        'object',
        'drops what the backup replaces, then restores {}',
      ),
    },
  }),
  ...commandLine('mongorestore', {
    options:
      '--drop --db,-d= --collection,-c= --uri= --host,-h= --dir= --gzip --archive?= --nsInclude= --dryRun',
    harmlessWith: 'dryRun',
    acts: { '--drop': losesData('object', 'drops every collection that the backup replaces') },
  }),
  ...commandLine('mongoimport', {
    options:
      '--drop --db,-d= --collection,-c= --uri= --host,-h= --file= --type= --jsonArray --headerline --mode=',
    acts: { '--drop': losesData('object', 'drops the collection before it imports') },
  }),
  ...commandLine('pg_ctl', {
    options: '-D,--pgdata= -m,--mode= -l= -o= -t= -w -W -s',
    acts: {
      stop: call => {
        if (/^[if]/.test(call.value('m')?.text ?? ''))
          call.effect({
            kind: 'system',
            act: 'service',
            how: 'stops the database server and ends whatever is connected',
          });
      },
    },
  }),
  ...commandLine('pg_resetwal pg_resetxlog', {
    acts: { '': losesData('store', 'throws away the write-ahead log of the database') },
  }),
  ...commandLine('pg_dropcluster', { acts: { '': losesData('store', 'deletes the database cluster {}') } }),
  ...commandLine('cockroach', {
    options: '-e,--execute= --url= --host= -d,--database= --insecure --certs-dir= -f,--file=',
    acts: {
      sql: call => runAll(call, call.all('e')),
      'node decommission|drain': destroys('takes nodes out of the database cluster'),
      demo: () => undefined,
    },
  }),
  ...commandLine('clickhouse', {
    options: '-q,--query=',
    acts: { 'client|local': call => runAll(call, call.all('q')) },
  }),
  ...commandLine('bq', {
    options:
      '--project_id= --location= --format= -q --quiet -f --force -r --recursive -n= --use_legacy_sql?= --nouse_legacy_sql --dry_run -d --dataset -t --table -m --model --max_rows= --destination_table= --replace --job_id= --headless',
    harmlessWith: 'dry_run',
    acts: {
      query: call => runAll(call, call.options.operands),
      'rm|remove': losesData('object', 'deletes {} from BigQuery'),
      'rm|remove -r|--recursive': losesData('store', 'deletes {} from BigQuery with everything in it'),
      'load --replace': losesData('rows', 'replaces the rows of {}'),
      'cp -f|--force': losesData('object', 'replaces {}'),
    },
  }),
  ...commandLine('nodetool', {
    options: '-h= -p= -u= -pw=',
    style: { singleDash: true },
    acts: {
      'decommission|removenode|assassinate|clearsnapshot|truncatehints': destroys(
        'runs {} on the Cassandra cluster',
      ),
      'drain|stopdaemon': { kind: 'system', act: 'service', how: 'stops the node from taking writes' },
    },
  }),
  ...commandLine('kcadm.sh kcadm', { acts: { delete: destroys('deletes {} from the identity server') } }),
  ...commandLine('curator_cli elasticsearch-reset-password', {
    acts: { 'delete_indices|delete-indices': losesData('object', 'deletes indices') },
  }),
};

const mongoPatterns: readonly (readonly [RegExp, Deed])[] = [
  [
    /\.\s*dropDatabase\s*\(|\bdropDatabase["']?\s*:\s*1/,
    losesData('store', 'drops the whole MongoDB database'),
  ],
  [
    /\.\s*(?:drop|dropIndexes|dropIndex|dropUser|dropAllUsers|dropRole|dropSearchIndex)\s*\(|\bdrop\s*:\s*["']/,
    losesData('object', 'drops a collection, an index or a user'),
  ],
  [
    /\.\s*(?:deleteMany|remove)\s*\(\s*(?:\{\s*\}|\))|\bdeleteMany["']?\s*:\s*\{\s*["']?filter["']?\s*:\s*\{\s*\}|\bquery["']?\s*:\s*\{\s*\}\s*,\s*["']?remove["']?\s*:\s*true/,
    losesData('rows', 'deletes every document of a collection'),
  ],
  [
    /\.\s*(?:updateMany|replaceMany)\s*\(\s*\{\s*\}|\.\s*update\s*\(\s*\{\s*\}[\s\S]*\bmulti["']?\s*:\s*true/,
    losesData('rows', 'changes every document of a collection'),
  ],
  [
    /\b(?:shutdownServer|shutdown\s*:\s*1)\b/,
    { kind: 'system', act: 'service', how: 'stops the MongoDB server' },
  ],
  [
    /\b(?:rs\.(?:stepDown|remove|reconfig)|sh\.removeShard)\s*\(/,
    { kind: 'infrastructure', act: 'change', how: 'changes the replica set or the shards', local: false },
  ],
  [/\brenameCollection\s*\([^)]*true/, losesData('object', 'replaces a collection by another')],
];

/** MongoDB shells run JavaScript; what is looked for are the calls that lose data, wherever they stand. */
export function mongoDeeds(script: string): Deed[] {
  return mongoPatterns.filter(([pattern]) => pattern.test(script)).map(([, deed]) => deed);
}

const mongo: Tool = {
  options:
    '--eval= --host= --port= -u,--username= -p,--password?= --authenticationDatabase= -f,--file= --quiet --norc --nodb --shell --tls --tlsCAFile= --apiVersion=',
  run: call => {
    const scripts = call.all('eval').map(arg => arg.text);
    for (const file of [...call.all('f'), ...call.options.operands.filter(arg => arg.text.endsWith('.js'))]) {
      const { absolute } = call.place(file);
      const text = absolute === undefined ? undefined : call.read(absolute);
      if (text !== undefined) scripts.push(text);
    }
    if (scripts.length === 0) scripts.push(call.stdin.text);
    for (const script of scripts) for (const deed of mongoDeeds(script)) call.effect(deed);
    return undefined;
  },
};

export const databaseFamily: Family = {
  ...sqlClients,
  ...administration,
  ...named('mongosh mongo', mongo),
};
