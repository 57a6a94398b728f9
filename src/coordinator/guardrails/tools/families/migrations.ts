import { commandLine, losesData, migrates } from '../command-line.ts';
import type { Call, Family } from '../tool.ts';
import { runInput, runSql } from './databases.ts';
import { runProgram } from './interpreters.ts';

/** Tools that change schemas. What brings a schema forward is ordinary work; what resets or reverts one loses data. */

const resets = (what: string) => migrates('reset', what);
const reverts = (what: string) => migrates('down', what);
const applies = migrates('up', 'applies migrations');

const resetAll = resets('drops the database and builds it anew');

/** SQL on the command line, in a file, or on standard input. */
const executes = (call: Call): void => {
  for (const operand of call.options.operands) runSql(call, operand.text);
  const files = call.all('file');
  for (const file of files) runInput(call, call.content(file));
  if (call.options.operands.length === 0 && files.length === 0) runInput(call, call.stdin);
};

/** A program in the language of the framework, with its models at hand. */
const runsProgram = (call: Call): void => {
  const given = call.value('command', 'c', 'execute') ?? call.options.operands[0];
  if (given !== undefined) runProgram(call, given);
  else runProgram(call, call.stdin);
};

export const migrationFamily: Family = {
  ...commandLine('prisma', {
    options:
      '--schema= -f,--force --force-reset --accept-data-loss --skip-seed --skip-generate --name,-n= --create-only --url= --from-empty --script --stdin --file=',
    acts: {
      'migrate reset': resetAll,
      'migrate deploy|dev': applies,
      'db push': applies,
      'db execute': executes,
      'db push --force-reset': resetAll,
      'db push --accept-data-loss': resets('changes the schema even where that loses data'),
    },
  }),
  ...commandLine('sequelize sequelize-cli', {
    options: '--env= --url= --name= --to=',
    acts: {
      'db:drop': losesData('store', 'drops the database'),
      'db:migrate:undo|db:migrate:undo:all|db:seed:undo:all': reverts(
        'reverts migrations, with the data they added',
      ),
      'db:migrate': applies,
    },
  }),
  ...commandLine('typeorm typeorm-ts-node-commonjs typeorm-ts-node-esm', {
    options: '-d,--dataSource= -c= -f=',
    acts: {
      'schema:drop': losesData('store', 'drops every table of the database'),
      'migration:revert': reverts('reverts the last migration'),
      query: executes,
      'schema:sync': resets('changes the schema to match the code, dropping what is not in it'),
      'migration:run': applies,
    },
  }),
  ...commandLine('knex', {
    options: '--knexfile= --env= --all --cwd= --client= --connection=',
    acts: {
      'migrate:rollback|migrate:down': reverts('reverts migrations'),
      'migrate:latest|migrate:up': applies,
    },
  }),
  ...commandLine('drizzle-kit', {
    options: '--config= --force --strict --verbose --dialect= --schema= --url=',
    acts: {
      drop: reverts('drops a migration'),
      'push --force': resets('changes the schema even where that loses data'),
      'migrate|push': applies,
    },
  }),
  ...commandLine('mikro-orm', {
    options: '--config= -r,--run --drop-db -f',
    acts: {
      'schema:drop|schema:fresh|migration:fresh|database:drop': resetAll,
      'migration:down': reverts('reverts a migration'),
      'migration:up': applies,
    },
  }),
  ...commandLine('rails', {
    options: '-e,--environment= --force',
    style: { stopAtOperand: false },
    acts: {
      'db:drop|db:drop:all|db:purge|db:purge:all': losesData('store', 'drops the database'),
      'db:reset|db:migrate:reset|db:schema:load|db:structure:load|db:truncate_all|db:seed:replant': resetAll,
      'db:rollback|db:migrate:down|db:migrate:redo': reverts('reverts migrations'),
      'runner|r': runsProgram,
      // The opposite of `generate`: it takes back what that wrote, which git shows.
      'destroy|d': () => undefined,
      'db:migrate': call =>
        call.effect(
          call.options.operands.some(arg => arg.text === 'VERSION=0')
            ? reverts('reverts every migration')
            : applies,
        ),
    },
  }),
  ...commandLine('rake', {
    options: '-f= -C= -t -n,--dry-run -T -P -q -s -v --trace?=',
    harmlessWith: 'n T P',
    acts: {
      'db:drop|db:drop:all|db:purge': losesData('store', 'drops the database'),
      'db:reset|db:migrate:reset|db:schema:load|db:setup|db:truncate_all': resetAll,
      'db:rollback|db:migrate:down': reverts('reverts migrations'),
    },
  }),
  ...commandLine('artisan', {
    options: '--force --seed --step= --path= --database= --env= --pretend --drop-views -n --execute=',
    harmlessWith: 'pretend',
    acts: {
      'migrate:fresh|migrate:refresh|migrate:reset': resetAll,
      'db:wipe': losesData('store', 'drops every table of the database'),
      'migrate:rollback': reverts('reverts migrations'),
      migrate: applies,
      tinker: runsProgram,
      'queue:clear|queue:flush|queue:forget': losesData('rows', 'throws queued or failed jobs away'),
      'cache:clear|config:clear|route:clear|view:clear|event:clear|optimize:clear': () => undefined,
    },
  }),
  ...commandLine('django-admin manage.py', {
    options:
      '--settings= --pythonpath= --database= --noinput,--no-input -v= --fake --plan --check --dry-run -c,--command=',
    harmlessWith: 'plan check dry-run',
    acts: {
      flush: losesData('store', 'empties every table of the database'),
      'reset_db|sqlflush_apply': resetAll,
      'sqlflush|sqlmigrate|showmigrations|clearsessions': () => undefined,
      'shell|shell_plus': runsProgram,
      dbshell: executes,
      'remove_stale_contenttypes|delete_expired|prune_db': losesData('rows', 'deletes rows by {}'),
      changepassword: call =>
        call.effect({ kind: 'infrastructure', act: 'access', how: 'changes a password', local: false }),
      migrate: call => {
        const revertsAll = call.options.operands.some(arg => arg.text === 'zero');
        call.effect(revertsAll ? reverts('reverts every migration of an app') : applies);
      },
    },
  }),
  ...commandLine('alembic', {
    options: '-c= -n= -x= --sql --tag= --purge',
    harmlessWith: 'sql',
    acts: {
      downgrade: reverts('reverts the schema to {}'),
      upgrade: applies,
      stamp: migrates('up', 'marks migrations as applied without running them'),
      'stamp --purge': resets('forgets which migrations were applied'),
    },
  }),
  ...commandLine('flask', {
    options: '--app= -A= --env-file= --debug -d=',
    acts: {
      'db downgrade': reverts('reverts the schema'),
      'db upgrade': applies,
      'db drop|drop-db|drop_all|init-db-drop': losesData('store', 'drops the database'),
    },
  }),
  ...commandLine('flyway', {
    options: '-url= -user= -password= -configFiles= -locations= -schemas=',
    style: { singleDash: true },
    acts: {
      clean: losesData('store', 'drops everything in the schema'),
      undo: reverts('reverts the last migration'),
      migrate: applies,
      repair: migrates('up', 'repairs the migration history'),
    },
  }),
  ...commandLine('liquibase', {
    options: '--url= --username= --password= --changelog-file= --changeLogFile= --defaultsFile=',
    acts: {
      'dropAll|drop-all|dropall': losesData('store', 'drops everything in the schema'),
      'rollback|rollbackCount|rollback-count|rollback-to-date|rollbackcount|rollbacktodate': reverts(
        'reverts changes of the schema',
      ),
      update: applies,
    },
  }),
  ...commandLine('dbmate', {
    options: '-u,--url= -e,--env= -d= -s= --wait',
    acts: {
      drop: losesData('store', 'drops the database'),
      'down|rollback': reverts('reverts the last migration'),
      'up|migrate': applies,
    },
  }),
  ...commandLine('goose', {
    options: '-dir= -table= -v -s -env=',
    style: { singleDash: true },
    acts: {},
    verbs: [
      [/^(?:down|down-to|reset|redo)$/, reverts('reverts migrations')],
      [/^(?:up|up-to|up-by-one)$/, applies],
    ],
  }),
  ...commandLine('migrate', {
    options: '-path= -database= -source= -verbose -lock-timeout= -prefetch=',
    style: { singleDash: true },
    acts: {
      drop: losesData('store', 'drops everything in the database'),
      down: reverts('reverts migrations'),
      up: applies,
      force: migrates('up', 'marks a migration as applied without running it'),
    },
  }),
  ...commandLine('atlas', {
    options: '-u,--url= --dev-url= --to= --auto-approve --dir= --env= --dry-run',
    harmlessWith: 'dry-run',
    acts: {
      'schema clean': losesData('store', 'drops everything in the database'),
      'schema apply --auto-approve': resets(
        'changes the schema to match the file, dropping what is not in it',
      ),
      'migrate down': reverts('reverts migrations'),
      'migrate apply': applies,
    },
  }),
  ...commandLine('meteor', { acts: { reset: losesData('store', 'empties the local database') } }),
  ...commandLine('diesel sea-orm-cli sqlx', {
    options: '--database-url= -D= --migration-dir= -y -f,--force -u= -n=',
    acts: {
      'database reset|drop': losesData('store', 'drops the database'),
      'migration revert|redo': reverts('reverts a migration'),
      'migrate revert': reverts('reverts a migration'),
      'migrate fresh|reset|refresh': resetAll,
      'migrate down': reverts('reverts a migration'),
      'migrate run|up': applies,
      'migration run': applies,
    },
  }),
  ...commandLine('mix', {
    options: '--quiet -n= --all --step= -r,--repo=',
    acts: {
      'ecto.drop|ecto.reset': losesData('store', 'drops the database'),
      'ecto.rollback': reverts('reverts migrations'),
      'ecto.migrate': applies,
      'hex.publish': call =>
        call.effect({
          kind: 'infrastructure',
          act: 'publish',
          how: 'publishes the package for everyone',
          local: false,
        }),
    },
  }),
  ...commandLine('dotnet-ef', {
    options: '-p,--project= -s,--startup-project= -c,--context= -f,--force --connection=',
    acts: {
      'database drop': losesData('store', 'drops the database'),
      'database update': call =>
        call.effect(call.options.operands[0]?.text === '0' ? reverts('reverts every migration') : applies),
      'migrations remove': reverts('removes the last migration'),
    },
  }),
  ...commandLine('db-migrate node-pg-migrate', {
    options: '-e,--env= --config= -m= -v --dry-run --count= -c= -d=',
    harmlessWith: 'dry-run',
    acts: {
      'down|reset|redo': reverts('reverts migrations'),
      up: applies,
      'db:drop': losesData('store', 'drops the database'),
    },
  }),
  ...commandLine('sqitch', {
    options: '-t,--target= -y --to= --log-only',
    acts: {
      'revert|rebase': reverts('reverts changes of the schema'),
      deploy: applies,
      'status|log|verify|add|init|plan|show|target|config|bundle|rework|tag|check': () => undefined,
    },
  }),
  ...commandLine('yoyo', {
    options: '--database= --config= -b,--batch',
    acts: { 'rollback|reapply|unmark': reverts('reverts migrations'), 'apply|develop': applies },
  }),
  ...commandLine('phinx doctrine console', {
    options:
      '-e= -c= -t= --force -f --no-interaction -n --if-exists --full-database --dry-run --env= --append --down --dump-sql',
    harmlessWith: 'dry-run dump-sql',
    acts: {
      rollback: reverts('reverts migrations'),
      'doctrine:database:drop --force|-f': losesData('store', 'drops the database'),
      'doctrine:schema:drop --force|-f': losesData('store', 'drops every table'),
      'doctrine:schema:update --force|-f': resets(
        'changes the schema to match the code, dropping what is not in it',
      ),
      'doctrine:migrations:execute --down': reverts('reverts a migration'),
      'doctrine:migrations:migrate first|prev|0': reverts('reverts migrations'),
      'doctrine:query:sql|dbal:run-sql': executes,
      'doctrine:fixtures:load !--append': losesData('store', 'empties every table before it loads'),
      'orm:schema-tool:drop --force|-f': losesData('store', 'drops every table'),
      'doctrine:migrations:migrate|migrate': applies,
    },
  }),
  ...commandLine('supabase', {
    options: '--no-backup --project-ref= --linked --local --db-url= -p= --debug --experimental --yes',
    acts: {
      'db reset': resets('drops the local database and builds it anew'),
      'db reset --linked|--db-url': losesData('store', 'drops the remote database and builds it anew'),
      'db push': migrates('up', 'applies migrations to the linked project'),
      'migration repair': migrates('up', 'marks migrations as applied or not without running them'),
      'storage rm': losesData('object', 'deletes stored files {}'),
      'stop --no-backup': losesData('store', 'stops the local database and deletes its data'),
      'projects|branches delete': call =>
        call.effect({
          kind: 'infrastructure',
          act: 'destroy',
          how: 'deletes a Supabase project or branch with its data',
          local: false,
        }),
      'functions delete': call =>
        call.effect({
          kind: 'infrastructure',
          act: 'destroy',
          how: 'deletes deployed functions',
          local: false,
        }),
      'functions deploy': call =>
        call.effect({ kind: 'infrastructure', act: 'deploy', how: 'deploys functions', local: false }),
      'secrets unset|set': call =>
        call.effect({
          kind: 'infrastructure',
          act: 'change',
          how: 'changes secrets of the project',
          local: false,
        }),
    },
  }),
  ...commandLine('hasura', {
    options: '--endpoint= --admin-secret= --project= --database-name= --all-databases --down= --up=',
    acts: {
      'migrate apply --down': reverts('reverts migrations'),
      'migrate apply': applies,
      'metadata clear|reset': losesData('object', 'clears the metadata'),
      'migrate delete': reverts('deletes migrations'),
    },
  }),
  ...commandLine('edgedb gel', {
    options: '-I,--instance= --force --non-interactive',
    acts: {
      'database|branch drop|wipe': losesData('store', 'drops a database'),
      'instance destroy': losesData('store', 'destroys an instance with its data'),
    },
  }),
};
