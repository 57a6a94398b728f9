import {
  changes,
  commandLine,
  deploys,
  destroys,
  grants,
  publishes,
  reveals,
  revealsPrinted,
} from '../command-line.ts';
import type { Family } from '../tool.ts';
import { runSql } from './databases.ts';

/** Hosting platforms: what reaches a production site or removes one. */
export const hostingFamily: Family = {
  ...commandLine('vercel now vc', {
    options:
      '-t,--token= -S,--scope= -A,--local-config= -y,--yes --prod --prebuilt --target= -e= -b= -f,--force --cwd= --safe --confirm -m= --logs',
    acts: {
      '--prod': deploys('deploys to production'),
      'deploy --prod': deploys('deploys to production'),
      'remove|rm': destroys('removes deployments or the project {}'),
      'project|projects rm|remove': destroys('removes the project {}'),
      'secrets|secret rm|remove|add': changes('changes secrets'),
      'env rm|remove': destroys('removes the environment variable {}'),
      'env add': changes('changes environment variables'),
      'domains|dns|certs|alias|blob|integration rm|remove|del': destroys('removes {}'),
      'domains|dns|alias add|set|move|buy|transfer-in': changes('changes domains'),
      'rollback|promote|redeploy': deploys('changes what production serves'),
      'teams|team invite|rm': grants('changes who has access'),
    },
  }),
  ...commandLine('netlify ntl', {
    options: '--prod,-p --site= --auth= --dir= -d= --message= --build --alias= -f,--force --context=',
    acts: {
      'deploy --prod|-p': deploys('deploys to production'),
      api: call => {
        const [method] = call.options.operands;
        if (/^delete/i.test(method?.text ?? '')) call.effect(destroys('deletes something of the account'));
        else if (
          /^(?:create|update|set|restore|rollback|lock|unlock|purge|disable|enable)/i.test(method?.text ?? '')
        )
          call.effect(changes('changes something of the account'));
      },
      'sites:delete|site:delete|api:delete': destroys('deletes the site {}'),
      'env:unset': destroys('removes the environment variable {}'),
      'env:set|env:import|env:clone': changes('changes environment variables'),
      'functions:delete|blobs:delete': destroys('deletes {}'),
    },
  }),
  ...commandLine('flyctl fly', {
    options:
      '-a,--app= -c,--config= -t,--access-token= -y,--yes -r,--region= --image= --remote-only --strategy= --force -o=',
    acts: {
      'deploy|launch': deploys('deploys the app'),
      'apps|app destroy': destroys('destroys the app {}'),
      destroy: destroys('destroys the app {}'),
      'apps restart|suspend|resume|move': changes('restarts, stops or moves the app'),
      'suspend|resume|restart|move': changes('restarts, stops or moves the app'),
      'image update': deploys('changes what the app runs'),
      'wireguard|apps|app|certs|ips remove|release|reset': destroys('removes {}'),
      'machine|machines|m destroy|remove|rm|stop|kill': destroys('destroys or stops machines'),
      'volumes|volume|vol destroy|delete|rm': destroys('destroys the volume {} with its data'),
      'postgres|pg detach|failover|import': changes('changes the database'),
      'mpg|redis|storage|extensions destroy|delete': destroys('destroys {}'),
      'secrets set|unset|import|deploy': changes('changes secrets of the app'),
      'scale|autoscale|regions|ips|certs': changes('changes how the app runs'),
      'scale show|certs list|certs show|ips list|regions list': () => undefined,
      'ssh console': () => undefined,
      'orgs|tokens delete|remove|create|invite|revoke': grants('changes who has access'),
    },
  }),
  ...commandLine('heroku', {
    options: '-a,--app= -r,--remote= -c,--confirm= -t,--team= -s,--size= --force -f= --as= --yes',
    acts: {
      'apps:destroy|apps:delete|destroy': destroys('destroys the app with its add-ons and data'),
      'pg:reset': destroys('deletes everything in the database'),
      'pg:push|pg:pull|pg:copy|pg:backups:restore|pg:promote|pg:unfollow|pg:killall': destroys(
        'overwrites or switches the database',
      ),
      'pg:backups:delete': destroys('deletes a backup'),
      'addons:destroy|addons:remove|addons:detach': destroys('removes the add-on {} with its data'),
      'config:set|config:unset|config:remove|config:add': changes('changes the configuration of the app'),
      config: revealsPrinted('the configuration of the app with its secrets'),
      'config:get': reveals('configuration of the app'),
      'ps:scale|ps:stop|ps:kill|dyno:kill|dyno:stop|ps:restart|restart|dyno:restart|dyno:scale|ps:resize|ps:type|maintenance:on|maintenance:off':
        changes('changes how the app runs'),
      'releases:rollback|rollback|pipelines:promote|container:release|container:push':
        deploys('changes what the app runs'),
      'domains:remove|domains:clear|certs:remove|drains:remove|webhooks:remove|features:disable|pipelines:destroy|spaces:destroy|redis:cli|container:rm':
        destroys('removes {}'),
      'access:add|access:remove|apps:transfer|keys:add|keys:clear|keys:remove|authorizations:create|authorizations:revoke|members:add|members:remove':
        grants('changes who has access'),
      'pg:psql': call => {
        const text = call.value('c');
        if (text !== undefined) runSql(call, text.text);
      },
      'repo:reset|repo:purge_cache': destroys('resets the repository of the app'),
      run: call => {
        const [only, ...more] = call.options.operands;
        if (only !== undefined && more.length === 0) call.script(only, { elsewhere: true });
        else call.run(call.options.operands, { elsewhere: true });
      },
    },
  }),
  ...commandLine('cf', {
    options: '-f -r -o= -s= -p= -i= -n= -d= --no-start --strategy=',
    acts: {
      'delete|delete-service|delete-space|delete-org|delete-route|delete-orphaned-routes|delete-service-key|delete-buildpack|delete-user':
        destroys('deletes {}'),
      'push|restage|rollback|scale|set-env|unset-env|bind-service|unbind-service|stop|restart|map-route|unmap-route':
        deploys('changes what runs ({})'),
    },
  }),
  ...commandLine('dokku', {
    options: '--force --app=',
    acts: {},
    verbs: [
      [/:(?:destroy|remove|delete|unset|clear|purge)$/, destroys('removes {}')],
      [
        /^(?:ps|config|domains|certs|git|proxy):(?:set|stop|restart|scale|rebuild|add|from-image|sync)$/,
        deploys('changes what runs'),
      ],
    ],
  }),
  ...commandLine('kamal cap mina fab', {
    options: '-d= -c= -H= -i= --roles= --hosts= -y,--confirmed',
    acts: {
      'remove|prune': destroys('removes what is deployed'),
      'app|accessory|proxy remove|stop|reboot': destroys('stops or removes {}'),
    },
    verbs: [[/^(?:deploy|redeploy|rollback|setup)(?::.*)?$/, deploys('deploys to the servers')]],
  }),
  ...commandLine('caprover', { acts: { deploy: deploys('deploys the app') } }),
  ...commandLine('jenkins-cli jenkins-cli.jar', {
    options: '-s= -auth= -http -ssh -webSocket',
    style: { singleDash: true },
    acts: {
      'delete-job|delete-builds|delete-node|delete-view': destroys('deletes {}'),
      'build|safe-restart|restart|shutdown|safe-shutdown|disable-job|enable-job|update-job|create-job|groovy|install-plugin':
        changes('changes the build server ({})'),
    },
  }),
  ...commandLine('railway', {
    options: '-s,--service= -e,--environment= -y,--yes -d,--detach --json',
    acts: {
      'down|delete|remove': destroys('removes the deployment'),
      'up|redeploy|deploy': deploys('deploys the service'),
      'volume|environment|service|project delete|remove': destroys('deletes {}'),
      'variables --set': changes('changes variables'),
    },
  }),
  ...commandLine('render', {
    acts: {
      'services|deploys delete': destroys('deletes {}'),
      'deploys create': deploys('deploys the service'),
      deploy: deploys('deploys the service'),
    },
  }),
  ...commandLine('wrangler', {
    options:
      '-c,--config= -e,--env= --name= --remote --local --command= --file= -y,--yes,-y --dry-run --force --binding= --namespace-id= --preview --message= --branch= --project-name= --commit-dirty?=',
    harmlessWith: 'dry-run',
    acts: {
      'deploy|publish|rollback': deploys('deploys the worker'),
      delete: destroys('deletes the worker {}'),
      'd1|r2|kv:namespace|kv|queues|vectorize|hyperdrive|pages|workflows delete': destroys('deletes {}'),
      'r2 bucket|object delete': destroys('deletes {}'),
      'kv:key|kv:bulk|kv delete|key|bulk|namespace delete': destroys('deletes {}'),
      'kv key|namespace|bulk delete': destroys('deletes {}'),
      'kv:key delete': destroys('deletes {}'),
      'pages deploy|publish': deploys('deploys the site'),
      'pages project|deployment delete': destroys('deletes {}'),
      'secret delete|put|bulk': changes('changes secrets of the worker'),
      'versions deploy|upload': deploys('deploys the worker'),
      'd1 migrations': call => {
        if (call.has('remote') && call.options.operands[0]?.text === 'apply')
          call.effect({ kind: 'migrate', direction: 'up', how: 'applies migrations to the remote database' });
      },
      'd1 time-travel restore': changes('takes the database back to an earlier time'),
      'd1 execute': call => {
        const text = call.value('command');
        if (text !== undefined) call.run([{ ...text, text: 'sqlite3' }, { ...text, text: 'd1' }, text]);
      },
    },
  }),
  ...commandLine('firebase', {
    options:
      '-P,--project= --token= --only= -f,--force --non-interactive -y,--yes --recursive,-r --all-collections --shallow --json --debug --dry-run',
    harmlessWith: 'dry-run',
    acts: {
      deploy: deploys('deploys to the project'),
      'firestore:delete|database:remove|hosting:disable|projects:delete|functions:delete|hosting:sites:delete|hosting:channel:delete|apphosting:backends:delete|firestore:databases:delete|remoteconfig:rollback|firestore:indexes:delete|extensions:uninstall|ext:uninstall':
        destroys('deletes {} of the project'),
      'database:set|database:update|auth:import|functions:config:set|functions:secrets:set|functions:config:unset|functions:secrets:destroy':
        changes('changes data of the project'),
      'auth:export|functions:config:get|functions:secrets:access': reveals(
        'accounts or secrets of the project',
      ),
    },
  }),
  ...commandLine('surge', {
    options: '--domain= --project=',
    acts: {
      teardown: destroys('takes the site {} down'),
      '': deploys('publishes the directory'),
      'list|whoami|login|logout|token|help': () => undefined,
    },
  }),
  ...commandLine('gh-pages', {
    options: '-d,--dist= -b= -m= -r= -f,--no-history',
    acts: { '': deploys('replaces the published pages') },
  }),
  ...commandLine('amplify', {
    acts: { 'delete|remove': destroys('deletes {}'), 'push|publish': deploys('deploys the project') },
  }),
  ...commandLine('convex', {
    options: '--prod --deployment-name= -y,--yes',
    acts: { deploy: deploys('deploys the functions'), import: changes('replaces data') },
  }),
  ...commandLine('neonctl neon pscale turso planetscale', {
    options: '--force -y,--yes --org= --project-id=',
    acts: {},
    verbs: [
      [/^(?:list|show|get|ls|connect|shell|status|me|auth|inspect|diff|dump)$/, () => undefined],
      [
        /^(?:delete|destroy|rm|remove|reset|restore|wipe|invalidate)$/,
        destroys('removes a database or branch with its data'),
      ],
      [
        /^(?:create|deploy|deploy-request|promote|update|set|unset|rename|transfer|import)$/,
        changes('changes databases'),
      ],
    ],
  }),
  ...commandLine('gh hub', {
    options:
      '-R,--repo= -t,--title= -b,--body= -F,--body-file= -B,--base= -H,--head= -l,--label= -a,--assignee= -r,--reviewer= -m,--milestone= -q,--jq= --json= -L,--limit= -s,--state= -X,--method= -f,--raw-field= --field= --input= --hostname= -T,--template= -n,--notes= --notes-file= --target= --tag= -u,--user= -e,--env= -o,--org= -y,--yes --confirm -d,--delete-branch --admin --squash --merge --rebase --auto --web,-w --draft --prerelease --generate-notes --visibility= --public --private --paginate --slurp -i,--include --silent --ref= --commit= --job= --log --cleanup-tag -p,--public --filename= --subject= -S,--search= --app= --secret= --codespace=,-c= --force --accept-visibility-change-consequences',
    acts: {
      'repo delete': destroys('deletes the repository {}'),
      'repo archive|rename': changes('archives or renames the repository'),
      'repo edit': changes('changes the settings of the repository'),
      'repo edit --visibility': publishes('changes who can see the repository'),
      'repo sync --force': destroys('replaces a branch by its upstream'),
      'repo create --public': publishes('makes a public repository'),
      'repo deploy-key add|delete': grants('changes who has access to the repository'),
      'release delete|delete-asset': destroys('deletes the release {}'),
      'release create|upload|edit': publishes('publishes a release'),
      'pr merge': deploys('merges the pull request {}'),
      'pr close -d|--delete-branch': destroys('closes the pull request {} and deletes its branch'),
      'issue delete|transfer': destroys('deletes the issue {}'),
      'gist delete': destroys('deletes the gist {}'),
      'gist create|edit': call => {
        const files = call.options.operands.map(arg => call.place(arg));
        call.effect({
          kind: 'send',
          host: 'gist.github.com',
          what: files.map(file => file.text).join(' ') || 'its standard input',
          files,
          secret: false,
        });
      },
      'secret set|delete|remove': changes('changes secrets of the repository'),
      'variable set|delete|remove': changes('changes variables of the repository'),
      'label delete': destroys('deletes the label {}'),
      'cache|run|codespace|project delete': destroys('deletes {}'),
      'workflow run|disable|enable': deploys('starts or switches the workflow {}'),
      'run rerun|cancel': changes('starts or stops the run {}'),
      'ssh-key|gpg-key add|delete': grants('changes the keys of the account'),
      'auth logout|refresh': grants('changes the stored login'),
      'auth token': revealsPrinted('the GitHub token'),
      'ruleset|org|team delete|remove': grants('changes rules or members'),
      'extension|ext install|upgrade': changes('installs an extension that runs with the GitHub token'),
      api: call => {
        const method = call.value('X')?.text ?? (call.has('f', 'field', 'F', 'input') ? 'POST' : 'GET');
        const path = call.options.operands[0]?.text ?? '';
        if (/^delete$/i.test(method))
          call.effect({
            kind: 'infrastructure',
            act: 'destroy',
            how: `deletes ${path} on GitHub`,
            local: false,
          });
        else if (/^(?:put|patch)$/i.test(method) || (/^post$/i.test(method) && !/graphql$/.test(path)))
          call.effect({
            kind: 'infrastructure',
            act: 'change',
            how: `changes ${path} on GitHub`,
            local: false,
          });
      },
    },
  }),
  ...commandLine('glab', {
    options: '-R,--repo= -t= -d= -b= -y,--yes -X,--method= -f= --squash -m=',
    acts: {
      'repo|project delete': destroys('deletes the repository {}'),
      'mr merge': deploys('merges the merge request {}'),
      'release delete': destroys('deletes the release {}'),
      'release create|upload': publishes('publishes a release'),
      'variable set|delete|update': changes('changes variables of the repository'),
      'ci|pipeline run|delete|cancel|retry|trigger': changes('starts, stops or deletes pipelines'),
      'issue|label|schedule|ssh-key|deploy-key|token delete|revoke': destroys('deletes {}'),
      api: call => {
        const method = call.value('X')?.text ?? 'GET';
        if (/^delete$/i.test(method)) call.effect(destroys('deletes something on GitLab'));
        else if (/^(?:put|patch|post)$/i.test(method)) call.effect(changes('changes something on GitLab'));
      },
    },
  }),
  ...commandLine('twilio', {
    acts: {},
    verbs: [
      [/:(?:remove|delete)$/, destroys('removes something of the account')],
      [/:(?:create|update)$/, changes('changes something of the account')],
    ],
  }),
  ...commandLine('stripe', {
    options: '--api-key= -d= --live --confirm,-c',
    acts: {},
    verbs: [
      [/^delete$/, destroys('deletes something in the payment account')],
      [
        /^(?:create|update|cancel|capture|confirm|refund|post)$/,
        changes('changes something in the payment account'),
      ],
    ],
  }),
  ...commandLine('sentry-cli', {
    options: '--auth-token= -o= -p=',
    acts: {
      'releases|issues|files delete|resolve|mute': destroys('deletes {}'),
      'releases new|finalize': deploys('publishes a release'),
    },
  }),
  ...commandLine('ngrok cloudflared', {
    options: '--config= --url= --authtoken=',
    acts: {
      'tunnel delete|cleanup': destroys('deletes the tunnel {}'),
      'http|tcp|tls|start|tunnel': grants('opens a way from the internet to this machine'),
      'tunnel list|info|login': () => undefined,
    },
  }),
  ...commandLine('bore localtunnel lt serveo', {
    acts: { '': grants('opens a way from the internet to this machine') },
  }),
};
