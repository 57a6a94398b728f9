import { changes, commandLine, deploys, destroys, grants, reveals, revealsPrinted } from '../command-line.ts';
import type { Family } from '../tool.ts';

/** What the verbs of cloud command lines mean, whatever the service. */
export const services = {
  destroys: destroys('runs {}, which deletes or terminates cloud resources'),
  changes: changes('runs {}, which changes cloud resources'),
  access: grants('runs {}, which changes who has access'),
};

const aws = commandLine('aws awslocal', {
  options:
    '--profile= --region= --output= --query= --endpoint-url= --cli-input-json= --cli-input-yaml= --color= --ca-bundle= --cli-read-timeout= --cli-connect-timeout= --page-size= --max-items= --starting-token= --no-cli-pager --no-paginate --debug --no-sign-request --dry-run --recursive --force --delete --dryrun ' +
    '--exclude= --include= --acl= --bucket= --key= --stack-name= --template-file= --template-body= --function-name= --cluster= --service= --instance-ids= --name= --filter= --filters= --secret-id= --parameter-overrides= --capabilities= --s3-bucket= --table-name= --policy-arn= --user-name= --role-name= --policy-document= --with-decryption --generate-cli-skeleton?= --zip-file= --payload= --log-group-name= --db-instance-identifier= --group-id= --names= --db-cluster-identifier= --cidr= --protocol= --port= --desired-count= --tags= --value= --type= --prefix= --body= --copy-source= --storage-class= --sse= --expires-in= --item= --key-name= --hosted-zone-id= --change-batch= --distribution-id= --paths= --queue-url= --topic-arn= --image-id= --instance-type= --volume-id= --snapshot-id= --allocation-id= --vpc-id= --subnet-id= --repository-name= --image-ids= --resource-arn= --state-machine-arn= --rule= --file-system-id= --domain-name= --certificate-arn= --auto-scaling-group-name= --load-balancer-arn= --target-group-arn= --access-key-id=',
  style: { stopAtOperand: false },
  harmlessWith: 'dry-run dryrun generate-cli-skeleton',
  nounsBeforeVerb: 1,
  acts: {
    's3 rm': destroys('deletes {}'),
    's3 rm --recursive': destroys('deletes everything below {}'),
    's3 rb': destroys('deletes the bucket {}'),
    's3 rb --force': destroys('deletes the bucket {} with everything in it'),
    's3 sync --delete': destroys('makes {} the same, deleting whatever else is there'),
    's3 mv': destroys('moves {}'),
    's3 cp|sync': call => {
      const target = call.options.operands.at(-1);
      if (target?.text.startsWith('s3://') !== true) return;
      const [source] = call.options.operands;
      if (source === undefined || source.text.startsWith('s3://')) return;
      call.effect({
        kind: 'send',
        host: target.text.replace(/^s3:\/\/([^/]*).*/, '$1.s3'),
        what: source.text,
        files: [call.place(source)],
        secret: false,
      });
    },
    's3 presign': grants('makes a public address for {}'),
    's3 mb|website': changes('changes the buckets of the account'),
    's3 ls': () => undefined,
    'secretsmanager get-secret-value|batch-get-secret-value': reveals('a secret of the account'),
    'ssm get-parameter|get-parameters|get-parameters-by-path --with-decryption': reveals(
      'a secret parameter of the account',
    ),
    'ssm send-command|start-session': changes('runs commands on machines of the account'),
    'kms decrypt': reveals('encrypted data'),
    'kms schedule-key-deletion|disable-key': destroys('makes everything encrypted with the key unreadable'),
    'sts get-session-token|assume-role|assume-role-with-web-identity': revealsPrinted(
      'temporary keys of the account',
    ),
    'configure export-credentials': revealsPrinted('the keys of the account'),
    'logs stop-query': () => undefined,
    'ecr get-login-password': () => undefined,
    'iam create-access-key': reveals('a new access key'),
    'configure get': call => {
      if (/secret|session_token/.test(call.options.operands[0]?.text ?? '') && !call.captured)
        call.effect(reveals('the secret key of the account'));
    },
    'configure|sso|help': () => undefined,
    'cloudformation deploy': deploys('deploys a stack'),
    'lambda invoke': changes('runs the function {}'),
    'eks update-kubeconfig': () => undefined,
    'logs tail|filter-log-events|start-query': () => undefined,
    'dynamodb query|scan': () => undefined,
    'athena|cloudwatch|ce|pricing start-query-execution|put-metric-data': () => undefined,
  },
  verbs: [
    [
      /^(?:list|describe|get|batch-get|head|search|lookup|query|scan|select|filter|wait|estimate|simulate|preview|check|validate|detect|help|view|show|ls|tail)(?:-|$)/,
      () => undefined,
    ],
    [
      /^(?:delete|terminate|remove|purge|destroy|deregister|empty|batch-delete|cancel|release|stop|disable|discard|abort|reset|decommission|schedule-key-deletion|revoke-snapshot|wipe|leave|admin-delete|admin-disable|admin-reset|untag|disassociate|detach|unassign|restore|failover|reboot|force-delete)(?:-|$)/,
      services.destroys,
    ],
    [
      /^(?:authorize|revoke|grant|attach|add-permission|add-role|add-user|put-.*policy|create-access-key|create-login-profile|create-user|create-role|update-assume|assume|set-.*policy|modify-.*attribute|put-bucket-acl|put-public|put-object-acl|add-client|enable-mfa)/,
      services.access,
    ],
    [
      /^(?:create|update|put|modify|run|start|deploy|publish|invoke|register|execute|promote|scale|set|associate|enable|import|copy|move|upload|send|apply|rotate|replace|change|add|attach|allocate|request|transfer|accept|activate|deactivate|provision|resume|rollback|submit|batch-write|batch-put|tag|merge|upgrade|swap|complete|initiate|confirm|subscribe|unsubscribe)(?:-|$)/,
      services.changes,
    ],
  ],
});

const gcloudVerbs = [
  [
    /^(?:list|describe|get-value|get-iam-policy|get|search|read|tail|ls|info|version|explain|diagnose|check|wait|print-.*|export|get-credentials|ssh-keys|download|lookup|validate|test-iam-permissions)$/,
    () => undefined,
  ],
  [
    /^(?:delete|destroy|remove|rm|purge|reset|stop|disable|drain|abandon.*|cancel|detach.*|suspend|clear|undelete|restore|failover|revoke|abort|rollback|wipe|delete-.*|remove-(?!iam).*|deallocate|truncate|unlink)$/,
    services.destroys,
  ],
  [
    /^(?:add-iam-policy-binding|set-iam-policy|remove-iam-policy-binding|keys|add-access-config|grant|assign|set-password|create-.*key.*|set-policy)$/,
    services.access,
  ],
  [
    /^(?:create|update|deploy|apply|start|resize|patch|set|add|import|enable|promote|move|run|execute|submit|replace|scale|upgrade|migrate|set-.*|update-.*|add-.*|create-.*|attach.*|publish|invoke|restart|call|upload|copy|clone|rotate|swap|renew|link|redeploy|register|login)$/,
    services.changes,
  ],
] as const;

const gcloud = commandLine('gcloud', {
  options:
    '--project= --region= --zone= --format= --filter= --account= --configuration= --quiet,-q --verbosity= --impersonate-service-account= --billing-project= --limit= --sort-by= --location= --cluster= --command= --image= --source= --member= --role= --runtime= --trigger-http --entry-point= --async --flags-file= --network= --machine-type= --secret= --version= --data-file= --dry-run --validate-only --no-traffic --to-revisions= --memory= --service-account= --tag= --instance= --database-version= --tier= --keyring= --keys-file= --num-nodes= --size= --tags= --allow= --priority= --rules= --source-ranges= --labels= --set-env-vars= --update-env-vars= --env-vars-file= --max-instances= --min-instances= --port= --concurrency= --page-size= --uri --flatten= --key-file= --topic= --message= --subscription= --schedule= --uri=',
  harmlessWith: 'dry-run validate-only help',
  acts: {
    'secrets versions access': reveals('a secret of the project'),
    'config|info|version|components|auth|topic|help|init': () => undefined,
    'auth print-access-token|print-identity-token': revealsPrinted('an access token'),
    'auth application-default print-access-token': revealsPrinted('an access token'),
    'auth revoke': grants('revokes the credentials {}'),
    'compute ssh': call => {
      const text = call.value('command');
      if (text !== undefined) call.script(text, { elsewhere: true });
    },
    'compute scp': changes('copies files to or from a machine'),
    'projects delete': destroys('deletes the project {} with everything in it'),
    'app deploy': deploys('deploys the app'),
    'run deploy': deploys('deploys the service {}'),
    'functions deploy': deploys('deploys the function {}'),
    'builds submit': deploys('uploads the sources and builds them'),
    'iam service-accounts keys create': reveals('a new service account key'),
    'sql export': changes('exports the database {}'),
    'storage rm': destroys('deletes {}'),
    'storage cp|rsync': call => {
      // What comes down changes nothing there.
      if (/^(?:gs|s3):\/\//.test(call.options.operands.at(-1)?.text ?? ''))
        call.effect(changes('copies to a bucket'));
    },
    'storage ls|cat|du|hash': () => undefined,
    'logging read|tail': () => undefined,
  },
  nounsBeforeVerb: 1,
  verbs: gcloudVerbs,
});

const gsutil = commandLine('gsutil', {
  options: '-m -o= -q -u= -h= -D -r,-R -d -n -c -x= -a= -f -p= -l=',
  acts: {
    rm: destroys('deletes {}'),
    'rm -r|-R': destroys('deletes everything below {}'),
    rb: destroys('deletes the bucket {}'),
    'rsync -d': destroys('makes {} the same, deleting whatever else is there'),
    mv: destroys('moves {}'),
    'acl|iam|defacl set|ch': grants('changes who may read {}'),
    'cp|rsync': call => {
      const target = call.options.operands.at(-1);
      const [source] = call.options.operands;
      if (
        target?.text.startsWith('gs://') === true &&
        source !== undefined &&
        !source.text.startsWith('gs://')
      )
        call.effect({
          kind: 'send',
          host: target.text.replace(/^gs:\/\/([^/]*).*/, '$1.storage.googleapis.com'),
          what: source.text,
          files: [call.place(source)],
          secret: false,
        });
    },
    'lifecycle|versioning|retention|cors|web|mb': changes('changes a bucket'),
    'lifecycle|versioning|retention|cors|web get': () => undefined,
  },
});

const az = commandLine('az', {
  options:
    '-g,--resource-group= -n,--name= -l,--location= -o,--output= --query= --subscription= --ids= --debug --verbose --only-show-errors --yes,-y --no-wait --force --file,-f= --template-file= --parameters= --settings= --vault-name= --account-name= --container-name= --source,-s= --destination,-d= --image= --sku= --tags= --assignee= --role= --scope= --command-id= --scripts= --what-if --dry-run --connection-string= --account-key= --pattern= --src= --username,-u= --password,-p= --tenant= --service-principal --server= --database= --value= --mode= --slot= --type= --size= --admin-username= --vnet-name= --address-prefixes= --resource-type= --resource= --api-version= --body= --method= --uri= --url= --headers= --organization= --project= --id=',
  harmlessWith: 'what-if dry-run',
  nounsBeforeVerb: 1,
  acts: {
    'keyvault secret show|download': reveals('a secret of the vault'),
    'storage account keys list|renew': reveals('keys of the storage account'),
    'group delete': destroys('deletes the resource group with everything in it'),
    'account get-access-token': revealsPrinted('an access token'),
    'login|account|configure|version|upgrade|extension|cloud|find|feedback|interactive|help|bicep': () =>
      undefined,
    'aks get-credentials': () => undefined,
    'acr login': () => undefined,
    'vm run-command|ssh': changes('runs commands on machines'),
    'deployment group|sub|mg|tenant what-if|validate': () => undefined,
    'pipelines|repos|boards|devops list|show': () => undefined,
    rest: call => {
      const method = call.value('method', 'm')?.text ?? 'get';
      if (/^delete$/i.test(method)) call.effect(services.destroys);
      else if (/^(?:put|post|patch)$/i.test(method)) call.effect(services.changes);
    },
  },
  verbs: [
    [
      /^(?:list|show|get|wait|exists|check-.*|list-.*|show-.*|get-.*|query|download|tail|validate|what-if|browse|logs?|preview|export|summarize|search|generate-sas-dry)$/,
      () => undefined,
    ],
    [
      /^(?:delete|purge|remove|stop|deallocate|disable|revoke|reset|restore|delete-.*|remove-.*|cancel|clear|unregister|detach|destroy|failover|redeploy|reimage|abort|abandon|undelete|force-reboot)$/,
      services.destroys,
    ],
    [
      /^(?:assignment|add-policy|set-policy|delete-policy|credential|generate-sas|create-for-rbac|grant|reset-credentials)$/,
      services.access,
    ],
    [
      /^(?:create|update|set|add|start|deploy|up|scale|import|restart|upgrade|invoke|run|swap|upload|upload-batch|move|apply|enable|publish|copy|sync|approve|config|config-zip|create-.*|update-.*|set-.*|attach|register|renew|regenerate|resize|link|assign|promote|send|trigger|queue)$/,
      services.changes,
    ],
  ],
});

export const cloudFamily: Family = { ...aws, ...gcloud, ...gsutil, ...az };
