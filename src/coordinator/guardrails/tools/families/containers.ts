import type { Arg } from '../../shell/value.ts';
import { changes, commandLine, destroys, grants, publishes, touchesSystem } from '../command-line.ts';
import type { Call, Family } from '../tool.ts';

const runOptions =
  '-v,--volume= --mount= -e,--env= --env-file= -p,--publish= --name= -w,--workdir= -u,--user= --network,--net= --entrypoint= -h,--hostname= --restart= --cpus= -m,--memory= --gpus= --platform= -l,--label= --add-host= --dns= ' +
  '--cap-add= --cap-drop= --security-opt= --device= --pid= --ipc= --userns= --tmpfs= --ulimit= --log-driver= --log-opt= --shm-size= --ip= --link= --volumes-from= --pull= --cgroupns= --sysctl= --stop-signal= --stop-timeout= --health-cmd= ' +
  '-d,--detach -i,--interactive -t,--tty --rm --privileged --init --read-only -P,--publish-all --no-healthcheck --detach-keys= --index= --group-add= --cidfile= --expose= --hostuser= --annotation= --runtime= --storage-opt= --uts= --domainname=';

/** A container that can reach the machine: the whole disk, the daemon's socket, or every privilege. */
function reachesHost(call: Call): string | undefined {
  const mounts = [...call.all('v'), ...call.all('mount')].map(mount => mount.text);
  if (mounts.some(mount => /^\/:|(?:source|src)=\/(?:,|$)/.test(mount)))
    return 'with the whole disk of this machine inside';
  if (mounts.some(mount => /docker\.sock|containerd\.sock|crio\.sock/.test(mount)))
    return 'that can command every other container and, through them, this machine';
  if (mounts.some(mount => /^(?:\/etc|\/root|\/boot|\/usr|\/var\/lib|\/home|~\/?|\/proc|\/sys):/.test(mount)))
    return 'with system directories of this machine inside';
  if (mounts.some(mount => /(?:^|\/|=)\.(?:ssh|aws|kube|gnupg|docker|azure)(?:[/:,]|$)/.test(mount)))
    return 'with the credentials of this account inside';
  if (call.has('privileged')) return 'with every privilege on this machine';
  if (
    call
      .all('cap-add')
      .some(cap => /^(?:ALL|SYS_ADMIN|SYS_PTRACE|SYS_MODULE|DAC_READ_SEARCH)$/i.test(cap.text))
  )
    return 'with privileges that reach this machine';
  if (
    call.all('security-opt').some(option => /unconfined/.test(option.text)) ||
    /^host$/.test(call.value('pid')?.text ?? '')
  )
    return 'without the usual isolation';
  return undefined;
}

function runContainer(call: Call): void {
  const reach = reachesHost(call);
  if (reach !== undefined) call.effect(touchesSystem('privilege', `starts a container ${reach}`));
  const [, ...command] = call.options.operands;
  runInside(call, command);
}

function runInside(call: Call, command: readonly Arg[]): void {
  const entry = call.value('entrypoint');
  const whole = entry === undefined ? command : [entry, ...command];
  if (whole.length > 0) call.run(whole, { elsewhere: true });
}

const composeOptions =
  '-f,--file= -p,--project-name= --profile= --env-file= --project-directory= --parallel= --progress= --ansi= -v,--volumes --rmi?= --remove-orphans -t,--timeout= -s,--stop --dry-run -d,--detach --build --force-recreate --no-deps --scale= -e,--env= -T,--no-TTY --rm -u,--user= -w,--workdir= --entrypoint= --name= --index= --service-ports --wait --pull= --no-cache';

const composeActs = {
  'down -v|--volumes': destroys('removes the containers and the volumes with their data'),
  // Here -f is --force, so that a joined -fsv hides the v from the general options.
  rm: (call: Call) => {
    if (call.args.some(arg => /^-\w*v|^--volumes$/.test(arg.text)))
      call.effect(destroys('removes containers and their volumes'));
  },
  'down --rmi': changes('removes the containers and their images'),
  'exec|run': (call: Call) => runInside(call, call.options.operands.slice(1)),
  push: publishes('pushes the images of the project'),
};

const prune = destroys('removes everything of its kind that nothing uses at this moment');

const dockerActs = {
  run: runContainer,
  'container run': runContainer,
  create: runContainer,
  exec: (call: Call) => runInside(call, call.options.operands.slice(1)),
  'container exec': (call: Call) => runInside(call, call.options.operands.slice(1)),
  'rm -f|--force': destroys('stops and removes the containers {} with what is only inside them'),
  'container rm -f|--force': destroys('stops and removes the containers {} with what is only inside them'),
  'rm -v|--volumes': destroys('removes the containers {} and their volumes'),
  'rmi -f|--force': destroys('removes the images {}'),
  'image rm|remove -f|--force': destroys('removes the images {}'),
  'volume rm|remove': destroys('removes the volumes {} with their data'),
  'system prune': destroys('removes stopped containers, networks, images and caches'),
  'system prune --volumes': destroys('removes unused containers, images and volumes with their data'),
  'volume prune': destroys('removes every unused volume with its data'),
  'container|network|builder|buildx prune': prune,
  'system reset': destroys('removes every container, image and volume'),
  'pod rm': destroys('removes the pods {} with their containers'),
  'image prune -a|--all': destroys('removes every image that no container uses'),
  push: publishes('pushes the image {}'),
  'image push': publishes('pushes the image {}'),
  'buildx build --push': publishes('builds an image and pushes it'),
  'build --push': publishes('builds an image and pushes it'),
  'manifest push': publishes('pushes the manifest {}'),
  'stack rm|remove|down': destroys('removes the stack {}'),
  'service rm|remove': destroys('removes the service {}'),
  'stack deploy|up': changes('deploys the stack {}'),
  'service create|update|scale|rollback': changes('changes the service {}'),
  'swarm leave|init|join|update': changes('changes the swarm'),
  'node rm|update|demote|promote': changes('changes the nodes of the swarm'),
  'secret|config rm|remove': destroys('removes {}'),
  'context rm|remove': changes('removes the context {}'),
  'plugin rm|disable|install|upgrade': changes('changes plugins of the daemon'),
  'trust revoke': grants('revokes the signature of {}'),
};

const composeTool = commandLine('docker-compose podman-compose', {
  options: composeOptions,
  harmlessWith: 'dry-run',
  acts: composeActs,
  style: { stopAtOperand: false },
});

const docker = commandLine('docker podman nerdctl', {
  options: `-H,--host= -c,--context= --config= -l,--log-level= -f,--force -a,--all --volumes --filter= --push --format= ${runOptions}`,
  acts: dockerActs,
});

const dockerTool = docker.docker ?? {};
const withCompose = {
  ...dockerTool,
  subcommands: { ...dockerTool.subcommands, compose: { ...composeTool['docker-compose'] } },
};

/** `docker run` and `exec` take options only before the image; behind it stands the command. */
function stopsAtOperand(tool: typeof dockerTool): typeof dockerTool {
  const subcommands = { ...tool.subcommands };
  for (const name of ['run', 'exec', 'create']) {
    const child = subcommands[name];
    if (child !== undefined) subcommands[name] = { ...child, style: { stopAtOperand: true } };
  }
  for (const name of ['container', 'compose']) {
    const child = subcommands[name];
    if (child !== undefined) subcommands[name] = stopsAtOperand(child);
  }
  return { ...tool, subcommands };
}

const finished = stopsAtOperand(withCompose);
const compose = stopsAtOperand(composeTool['docker-compose'] ?? {});

export const containerFamily: Family = {
  docker: finished,
  podman: finished,
  nerdctl: finished,
  'docker-compose': compose,
  'podman-compose': compose,
  ...commandLine('ctr crictl', {
    acts: {
      'rm|rmp|rmi|stopp|containers delete|images delete': destroys('removes {}'),
      'images|content|snapshots rm|delete': destroys('removes {}'),
    },
  }),
  ...commandLine('skopeo', {
    acts: {
      delete: destroys('deletes the image {} from its registry'),
      'copy|sync': publishes('copies {} to another registry'),
    },
  }),
  ...commandLine('crane regctl oras', {
    acts: {
      'delete|tag delete|manifest delete': destroys('deletes {} from its registry'),
      'push|copy|cp|append|tag': publishes('publishes {}'),
    },
  }),
  ...commandLine('buildah', {
    options: '-f -a,--all --force',
    acts: { 'rm|rmi --all|-a': destroys('removes every container or image'), push: publishes('pushes {}') },
  }),
  ...commandLine('vagrant', {
    options: '-f,--force',
    acts: {
      destroy: destroys('deletes the virtual machine {} with everything in it'),
      'box remove': changes('removes a box'),
      'snapshot delete|restore': destroys('loses the present state of the virtual machine'),
    },
  }),
  ...commandLine('multipass', { acts: { 'delete|purge': destroys('deletes the virtual machine {}') } }),
  ...commandLine('virsh', {
    acts: {
      'destroy|undefine|vol-delete|pool-delete|snapshot-delete|snapshot-revert': destroys('removes {}'),
    },
  }),
  ...commandLine('vboxmanage', { acts: { 'unregistervm|closemedium --delete': destroys('deletes {}') } }),
  ...commandLine('qm pct', {
    acts: {
      'destroy|rollback': destroys('destroys the guest {}'),
      'stop|shutdown': changes('stops the guest {}'),
    },
  }),
  ...commandLine('lxc incus', {
    options: '-f,--force',
    acts: { delete: destroys('deletes {}'), 'storage|network|profile|image delete': destroys('deletes {}') },
  }),
  ...commandLine('colima podman-machine lima limactl', {
    options: '-f,--force',
    acts: { delete: destroys('deletes the virtual machine with its containers') },
  }),
};
