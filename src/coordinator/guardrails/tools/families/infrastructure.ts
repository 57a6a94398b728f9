import { changes, commandLine, deploys, destroys, grants, reveals } from '../command-line.ts';
import type { Family } from '../tool.ts';
import { services } from './clouds.ts';

const terraformOptions =
  '-chdir= -var= -var-file= -target= -out= -state= -backend-config= -lock-timeout= -parallelism= -replace= -auto-approve -destroy -refresh-only -force -input= -json -no-color -lock= -reconfigure -migrate-state -upgrade -help -version';

const terraform = commandLine('terraform tofu opentofu', {
  options: terraformOptions,
  style: { singleDash: true },
  acts: {
    destroy: destroys('destroys all infrastructure of the configuration'),
    apply: deploys('changes infrastructure to match the configuration'),
    'apply -destroy': destroys('destroys all infrastructure of the configuration'),
    'state rm|push|replace-provider': destroys('makes Terraform forget or overwrite what it manages ({})'),
    'state mv': changes('moves {} in the state'),
    'workspace delete': destroys('deletes the workspace {} with its state'),
    refresh: changes('rewrites the state from what is there'),
    'force-unlock': changes('breaks the lock that keeps two runs apart'),
    'import|taint|untaint': changes('changes the state of {}'),
    'init -migrate-state|-reconfigure': changes('moves the state to another backend'),
    'output -json|-raw': () => undefined,
    login: grants('stores a token for the registry'),
  },
});

export const infrastructureFamily: Family = {
  ...terraform,
  ...commandLine('terragrunt', {
    options: terraformOptions.replaceAll(' -', ' --').replace(/^-/, '--'),
    style: { singleDash: true },
    acts: {
      'destroy-all': destroys('destroys all infrastructure'),
      'apply-all': deploys('changes infrastructure'),
      'run-all|run': call => {
        if (call.options.operands.some(arg => arg.text === 'destroy'))
          call.effect(destroys('destroys all infrastructure'));
        else if (call.options.operands.some(arg => arg.text === 'apply'))
          call.effect(deploys('changes infrastructure'));
      },
      destroy: destroys('destroys all infrastructure'),
      apply: deploys('changes infrastructure'),
    },
  }),
  ...commandLine('pulumi', {
    options:
      '-s,--stack= -y,--yes -C,--cwd= --target= --config= -f,--force --skip-preview --parallel= --preserve-config --refresh',
    acts: {
      'destroy|down': destroys('destroys all infrastructure of the stack'),
      'up|update': deploys('changes infrastructure to match the program'),
      'stack rm': destroys('deletes the stack {}'),
      'state delete|unprotect|edit|rename': changes('changes what Pulumi manages'),
      cancel: changes('breaks off a running update'),
      refresh: changes('changes the recorded state'),
      'config set|rm': () => undefined,
      import: changes('imports resources'),
    },
  }),
  ...commandLine('cdk', {
    options:
      '-a,--app= -c,--context= --profile= -f,--force --all --require-approval= -o= --outputs-file= --hotswap --exclusively,-e',
    acts: {
      destroy: destroys('destroys the stacks {}'),
      deploy: deploys('deploys the stacks {}'),
      bootstrap: changes('prepares the account for deployments'),
      rollback: deploys('rolls stacks back'),
      'gc|import|migrate': changes('changes the stacks'),
    },
  }),
  ...commandLine('cdktf', {
    options: '--auto-approve --app=',
    acts: { destroy: destroys('destroys the stacks {}'), deploy: deploys('deploys the stacks {}') },
  }),
  ...commandLine('sam', {
    options: '--stack-name= --region= --profile= --no-prompts -t,--template= --guided --config-env=',
    acts: { delete: destroys('deletes the stack'), 'deploy|sync': deploys('deploys the stack') },
  }),
  ...commandLine('copilot ecs-cli eb chalice zappa', {
    options: '--force -y,--yes --name= --env= --app=',
    acts: {},
    verbs: [
      [/^(?:delete|terminate|undeploy|destroy|down)$/, destroys('runs {}, which removes what is deployed')],
      [/^(?:deploy|create|update|swap|upgrade|clone|restore|rollback)$/, deploys('deploys')],
    ],
  }),
  ...commandLine('serverless sls', {
    options: '-s,--stage= -r,--region= -c,--config= --verbose -f,--function= --aws-profile=',
    acts: {
      remove: destroys('removes the deployed service'),
      deploy: deploys('deploys the service'),
      rollback: deploys('rolls the service back'),
    },
  }),
  ...commandLine('ansible-playbook', {
    options:
      '-i,--inventory= -l,--limit= -e,--extra-vars= -t,--tags= --skip-tags= -u= -b,--become -K -k -C,--check -D,--diff --list-hosts --list-tasks --list-tags --syntax-check -f= --vault-password-file= --private-key= --start-at-task=',
    harmlessWith: 'check list-hosts list-tasks list-tags syntax-check',
    acts: { '': deploys('changes machines as the playbook says') },
  }),
  ...commandLine('ansible', {
    options:
      '-i,--inventory= -m,--module-name= -a,--args= -l= -u= -b,--become -K -k -C,--check -f= -e= --list-hosts --version',
    harmlessWith: 'check list-hosts version',
    acts: {
      '': call => {
        const module = call.value('m')?.text ?? 'command';
        if (/^(?:ping|setup|debug|stat|ansible\.builtin\.(?:ping|setup|debug|stat))$/.test(module)) return;
        const text = call.value('a');
        call.effect(
          changes(
            `runs the module ${module} on the machines {}`.replace(
              '{}',
              call.options.operands[0]?.text ?? '',
            ),
          ),
        );
        if (text !== undefined && /(?:command|shell|raw)$/.test(module))
          call.script(text, { elsewhere: true });
      },
    },
  }),
  ...commandLine('ansible-vault', {
    acts: { 'view|decrypt': reveals('secrets of the vault {}'), edit: reveals('secrets of the vault {}') },
  }),
  ...commandLine('salt salt-ssh chef-client puppet knife', {
    options: '-E -G -L --no-noop --noop --why-run -W',
    harmlessWith: 'noop why-run',
    acts: {},
    verbs: [
      [/^(?:test\.ping|grains\..*|list|show|status|search|lookup|version)$/, () => undefined],
      [/./, changes('changes machines')],
    ],
  }),
  ...commandLine('packer', { acts: { build: deploys('builds machine images') } }),
  ...commandLine('vault bao', {
    options: '-address= -namespace= -format= -field= -mount= -ca-cert= -force -mode= -path= -version=',
    style: { singleDash: true },
    acts: {
      'kv get|read': reveals('secrets of the vault'),
      'read|unwrap': reveals('secrets of the vault'),
      'kv delete|destroy': destroys('deletes secrets of the vault'),
      'kv metadata delete': destroys('deletes secrets of the vault with every version'),
      delete: destroys('deletes secrets of the vault'),
      'secrets|auth|audit disable': destroys('disables {} with everything in it'),
      'kv put|patch|undelete|rollback': changes('changes secrets of the vault'),
      write: changes('changes the vault'),
      'operator seal|step-down|rekey|rotate|init|generate-root|raft': changes('changes the vault itself'),
      'token|lease revoke': grants('revokes access'),
      'token|policy create|write|delete': grants('changes who has access'),
    },
  }),
  ...commandLine('doctl', {
    options: '-t,--access-token= -c,--context= -o,--output= -f,--force --format= --no-header --region=',
    acts: { 'auth|account|balance|version': () => undefined },
    verbs: [
      [/^(?:list|get|ls|logs|describe|info)$/, () => undefined],
      [/^(?:delete|rm|d|destroy|remove|purge|reset|rebuild|restore|power-off|shutdown)$/, services.destroys],
      [
        /^(?:create|update|deploy|resize|apply|enable|disable|add|c|u|reboot|power-cycle|propose|upload|push|install|deploy)$/,
        services.changes,
      ],
    ],
  }),
  ...commandLine(
    'linode-cli hcloud scw ibmcloud oci aliyun openstack exo vultr-cli civo tccli hetzner ovh yc',
    {
      options: '-o= --output= -f,--force --compartment-id= --region= -y,--yes --profile=',
      acts: {},
      verbs: [
        [
          /^(?:list|get|show|ls|describe|describe-.*|view|info|status|config|context|login|target|version|help)$/i,
          () => undefined,
        ],
        [
          /^(?:delete|rm|remove|destroy|terminate|purge|reset|rebuild|poweroff|stop|shutdown|delete-.*|unset)$/i,
          services.destroys,
        ],
        [
          /^(?:create|update|set|start|reboot|resize|add|attach|detach|enable|disable|upload|launch|deploy|create-.*|modify-.*|put|apply)$/i,
          services.changes,
        ],
      ],
    },
  ),
  ...commandLine('rclone', {
    options:
      '--config= --filter= --include= --exclude= -n,--dry-run -i -v -P,--progress --transfers= --bwlimit= --max-age= --min-age= --log-file= -q',
    harmlessWith: 'dry-run',
    acts: {
      'delete|purge|deletefile|rmdirs|cleanup': destroys('deletes {}'),
      'sync|bisync': destroys('makes {} the same, deleting whatever else is there'),
      'move|moveto|dedupe': destroys('moves {}'),
      'copy|copyto': call => {
        // Onto this machine nothing there changes.
        if (/^[\w.-]+:/.test(call.options.operands.at(-1)?.text ?? ''))
          call.effect(changes('copies to a remote'));
      },
      'config show|dump': reveals('stored cloud credentials'),
    },
  }),
  ...commandLine('s3cmd s5cmd mc', {
    options: '-r,--recursive -f,--force --force --dangerous -n,--dry-run',
    harmlessWith: 'dry-run',
    acts: {
      'rm|del|rb|remove|rmdir': destroys('deletes {}'),
      'mirror --remove|--overwrite': destroys('makes {} the same, deleting whatever else is there'),
      'sync --delete-removed|--delete': destroys('makes {} the same, deleting whatever else is there'),
      admin: changes('changes the storage server'),
      'put|cp|sync|mirror|mv': changes('copies {}'),
      'policy|anonymous|setacl|share': grants('changes who may read {}'),
    },
  }),
  ...commandLine('restic borg duplicity kopia', {
    options: '-r,--repo= -n,--dry-run --prune --keep-last= --keep-daily= --force',
    harmlessWith: 'dry-run',
    acts: {
      'forget|prune|delete|unlock|compact|recreate|break-lock|remove-older-than|remove-all-but-n-full':
        destroys('deletes backups'),
      'snapshot|manifest delete|expire': destroys('deletes backups'),
      'key remove|passwd|add|change-passphrase|import': destroys('changes who can read the backups'),
    },
  }),
};
