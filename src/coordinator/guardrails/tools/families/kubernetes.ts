import { changes, commandLine, deploys, destroys, grants, reveals } from '../command-line.ts';
import type { Call, Family } from '../tool.ts';

/** Clusters that run on the developer's own machine, by the names their tools give them. */
const localContext =
  /^(?:kind-.*|minikube|k3d-.*|docker-desktop|docker-for-desktop|orbstack|rancher-desktop|colima|microk8s|k3s-default)$/;

function isLocal(call: Call): boolean {
  return localContext.test(call.value('context', 'kube-context')?.text ?? '');
}

/** What runs inside a pod, behind `--`. */
function inside(call: Call): void {
  const dashes = call.options.afterDashes;
  const command = dashes ?? call.options.operands.slice(1);
  if (command.length > 0) call.run(command, { elsewhere: true });
}

const kubectlOptions =
  '-n,--namespace= --context= --kubeconfig= --cluster= --user= -f,--filename= -k,--kustomize= -l,--selector= -o,--output= -c,--container= --field-selector= --replicas= --timeout= --grace-period= ' +
  '--as= --as-group= --token= -s,--server= --request-timeout= -p,--patch= --type= --from-literal= --from-file= --from-env-file= --image= --port= --target-port= --revision= --to-revision= --cascade?= ' +
  '--dry-run?= -A,--all-namespaces -i,--stdin -t,--tty -w,--watch --tail= --since= --since-time= -v= --force --all --now --wait?= --overwrite --record --prune --server-side --local --ignore-not-found?= ' +
  '--template= --sort-by= -L,--label-columns= --raw= --subresource= --env= --limits= --requests= --patch-file= --field-manager= --docker-server= --docker-username= --docker-password= --schedule= --restart= --overrides= --address= --max-log-requests= --duration= --clusterrole= --role= --serviceaccount= --group= --verb= --resource= --rules= --class= --default-backend= --annotation= --hard= --scopes= --min= --max= --cpu-percent= --copy-to= --target= --profile=';

const kubectl = commandLine('kubectl oc k kubecolor microk8s.kubectl', {
  options: kubectlOptions,
  style: { stopAtOperand: false },
  harmlessWith: 'dry-run local',
  isLocal,
  acts: {
    delete: destroys('deletes {} from the cluster'),
    'delete --all': destroys('deletes all {} of the namespace'),
    drain: destroys('moves everything off the node {}'),
    'cordon|uncordon|taint': changes('changes where the cluster may run things ({})'),
    apply: deploys('applies manifests to the cluster'),
    'apply --prune': destroys('applies manifests and deletes whatever is not in them'),
    create: deploys('creates {} in the cluster'),
    'create token': grants('creates a token for {}'),
    replace: deploys('replaces objects of the cluster'),
    'replace --force': destroys('deletes objects of the cluster and creates them anew'),
    'patch|edit|set|label|annotate|autoscale': changes('changes {} in the cluster'),
    'apply view-last-applied|edit-last-applied': () => undefined,
    scale: changes('scales {}'),
    'scale --replicas': call =>
      call.effect(
        call.value('replicas')?.text === '0'
          ? destroys('stops every instance of a workload')
          : { ...changes('scales a workload') },
      ),
    'rollout undo': deploys('rolls {} back'),
    'rollout restart|pause|resume': changes('restarts or pauses {}'),
    'run|expose': deploys('starts {} in the cluster'),
    exec: inside,
    debug: inside,
    'config delete-context|delete-cluster|delete-user|unset': changes(
      'removes {} from the local cluster configuration',
    ),
    'certificate approve|deny': grants('decides about the certificate {}'),
    'auth reconcile': grants('changes who may do what in the cluster'),
    'get|describe secret|secrets': call => {
      // Listing names shows nothing; the values come with an output format.
      if (/^(?:yaml|json|jsonpath|go-template|custom-columns)/.test(call.value('o')?.text ?? ''))
        call.effect(reveals('secrets of the cluster'));
    },
    // OpenShift
    'adm policy|drain|cordon|taint|prune': grants('changes who or what the cluster lets in'),
    'delete project': destroys('deletes the project {}'),
    'new-app|start-build|rollback': deploys('deploys {}'),
  },
});

const helm = commandLine('helm', {
  options:
    '-n,--namespace= --kube-context= --kubeconfig= -f,--values= --set= --set-string= --set-file= --version= --timeout= --repo= --username= --password= -o,--output= --post-renderer= --description= --history-max= --revision= -i,--install --dry-run?= --atomic --wait --create-namespace --force --reuse-values --purge --keep-history',
  harmlessWith: 'dry-run',
  isLocal,
  acts: {
    'uninstall|delete|del|un': destroys('uninstalls {} with everything it runs'),
    'install|upgrade': deploys('deploys {} to the cluster'),
    rollback: deploys('rolls {} back'),
    push: deploys('publishes the chart {}'),
  },
});

export const kubernetesFamily: Family = {
  ...kubectl,
  ...helm,
  ...commandLine('helmfile', {
    options: '-e,--environment= -f,--file= -n= -l,--selector= --kube-context= -i,--interactive --skip-deps',
    acts: {
      'destroy|delete': destroys('uninstalls every release of the file'),
      'apply|sync': deploys('deploys every release of the file'),
    },
  }),
  ...commandLine('kustomize', { acts: {} }),
  ...commandLine('kubeadm', {
    acts: {
      reset: destroys('takes this machine out of its cluster'),
      'init|join': changes('makes this machine part of a cluster'),
    },
  }),
  ...commandLine('kops', {
    options: '--name= --state= --yes -y',
    acts: {
      'delete --yes|-y': destroys('deletes the cluster {}'),
      delete: () => undefined,
      'update|rolling-update|replace|create --yes|-y': deploys('changes the cluster'),
    },
  }),
  ...commandLine('eksctl', {
    options: '--cluster= --name= --region= -f,--config-file= --approve --wait',
    acts: {
      delete: destroys('deletes {} of the cluster'),
      'create|scale|upgrade|drain': changes('changes the cluster'),
    },
  }),
  ...commandLine('kind k3d minikube', {
    options: '--name= -p,--profile= --config= --image= --all --purge',
    acts: { 'delete --all|--purge': destroys('deletes every local cluster') },
  }),
  ...commandLine('argocd', {
    options: '--server= --auth-token= --cascade --prune --force -y --grpc-web --insecure -o=',
    acts: {
      'app|appset|proj|cluster|repo delete|rm|remove': destroys('deletes {} with everything it manages'),
      'app sync|rollback|create|set|patch|unset': deploys('deploys {}'),
      'account update-password': grants('changes a password'),
    },
  }),
  ...commandLine('flux', {
    options: '-n= --namespace= --context= -s,--silent',
    acts: {
      'delete|uninstall': destroys('removes {} from the cluster'),
      'bootstrap|create|reconcile|suspend|resume': deploys('changes what the cluster deploys'),
    },
  }),
  ...commandLine('istioctl linkerd cilium', {
    options: '-n= -f= --set= -y --purge',
    acts: {
      'uninstall|x': destroys('removes the service mesh'),
      'install|upgrade': deploys('changes the service mesh'),
    },
  }),
  ...commandLine('velero', {
    options: '-n= --confirm',
    acts: {
      'backup|restore|schedule|backup-location delete': destroys('deletes {}'),
      'restore create': deploys('restores a backup into the cluster'),
    },
  }),
  ...commandLine('rancher', {
    acts: {
      'rm|delete': destroys('deletes {}'),
      'clusters|cluster|projects|project|nodes|node|machines delete|rm': destroys('deletes {}'),
      'up|run|upgrade': deploys('deploys {}'),
    },
  }),
  ...commandLine('skaffold tilt devspace garden', {
    acts: { delete: destroys('removes what it deployed'), 'run|deploy': deploys('deploys to the cluster') },
  }),
  ...commandLine('nomad', {
    options: '-address= -token= -region= -purge -detach -yes',
    style: { singleDash: true },
    acts: {
      'job stop|stop': destroys('stops the job {}'),
      'job run': deploys('runs a job'),
      run: deploys('runs a job'),
      'node drain|eligibility': changes('changes a node'),
      'system gc': changes('collects garbage'),
      'volume delete|deregister': destroys('removes the volume {}'),
      'namespace|acl delete': destroys('deletes {}'),
    },
  }),
};
