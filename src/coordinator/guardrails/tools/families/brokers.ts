import { changes, commandLine, destroys, grants, losesData, touchesSystem } from '../command-line.ts';
import type { Family } from '../tool.ts';

/** Message brokers and key-value stores that keep the state of running systems. */
export const brokerFamily: Family = {
  ...commandLine('rabbitmqctl', {
    options: '-n= -p= -q',
    acts: {
      'reset|force_reset|delete_queue|purge_queue|delete_vhost|delete_user|stop|stop_app': losesData(
        'store',
        'removes queues, users or settings of the message broker',
      ),
      'forget_cluster_node|clear_policy|clear_parameter|clear_vhost_limits': destroys(
        'takes something away from the message broker ({})',
      ),
      'set_permissions|clear_permissions|change_password|clear_password|add_user|set_user_tags': grants(
        'changes who may use the message broker',
      ),
      'list_queues|list_users|status|cluster_status': () => undefined,
    },
  }),
  ...commandLine('rabbitmqadmin', {
    options: '-H= -P= -u= -p= -V=',
    acts: { 'delete|purge': losesData('object', 'deletes {} from the message broker') },
  }),
  ...commandLine(
    'kafka-topics kafka-topics.sh kafka-consumer-groups kafka-consumer-groups.sh kafka-delete-records kafka-delete-records.sh kafka-configs kafka-configs.sh kafka-acls kafka-acls.sh',
    {
      options:
        '--bootstrap-server= --zookeeper= --topic= --group= --command-config= --offset-json-file= --partitions= --replication-factor=',
      acts: {
        '--alter': changes('changes a topic or the broker, down to how long messages are kept'),
        '--add|--remove': grants('changes who may use the broker'),
        '--delete': losesData('object', 'deletes a topic or consumer group with its messages'),
        '--offset-json-file': losesData('rows', 'deletes messages of a topic'),
        '--reset-offsets --execute': losesData(
          'rows',
          'moves consumers to other offsets, so that messages are lost or seen twice',
        ),
      },
    },
  ),
  ...commandLine('etcdctl', {
    options: '--endpoints= --cacert= --cert= --key= --user= -w= --prefix --from-key',
    acts: {
      del: losesData('rows', 'deletes the key {}'),
      'del --prefix|--from-key': losesData('object', 'deletes every key below {}'),
      'member remove': destroys('removes a member of the cluster'),
      'user|role delete|revoke': destroys('removes access to the store'),
    },
  }),
  ...commandLine('consul', {
    options: '-http-addr= -token= -datacenter= -recurse -stale',
    style: { singleDash: true },
    acts: {
      'kv delete': losesData('rows', 'deletes the key {}'),
      'kv delete -recurse': losesData('object', 'deletes every key below {}'),
      'leave|force-leave': destroys('takes a node out of the cluster'),
      'services deregister': destroys('takes the service {} out of the catalogue'),
      'snapshot restore': losesData('store', 'replaces the whole store by a snapshot'),
    },
  }),
  ...commandLine('rpk', {
    acts: {
      'topic delete|trim-prefix|alter-config': losesData('object', 'deletes or changes the topic {}'),
      'cluster config set|import': changes('changes the settings of the broker'),
      'group delete|seek': losesData('rows', 'moves or deletes consumers of {}'),
    },
  }),
  ...commandLine('celery rq', {
    options: '-A,--app= -b,--broker= -Q= -f -u= -a,--all',
    acts: { 'purge|empty': losesData('rows', 'throws away every task that waits in the queue') },
    verbs: [[/^(?:purge|empty)$/, losesData('rows', 'throws away every task that waits in the queue')]],
  }),
  ...commandLine('memcflush', { acts: { '': losesData('store', 'empties the cache server') } }),
  ...commandLine('couchbase-cli', {
    options: '-c= -u= -p= --bucket=',
    acts: {
      'bucket-delete|bucket-flush|collection-manage': losesData('store', 'deletes the data of a bucket'),
      'failover|rebalance|node-reset|cluster-init': destroys('changes the nodes of the cluster'),
    },
  }),
  ...commandLine('hdfs hadoop', {
    options: '-r,-R -skipTrash -f -rm -rmr -rmdir -expunge -format -mv -put -chmod -chown',
    style: { singleDash: true },
    acts: {
      'dfs|fs -rm|-rmr|-expunge': losesData('object', 'deletes {} of the cluster'),
      'dfs|fs -chmod|-chown': grants('changes who may use {}'),
      'namenode -format': losesData('store', 'formats the file system of the cluster'),
      'distcp|balancer|dfsadmin': () => undefined,
    },
  }),
  ...commandLine('airflow', {
    options: '-y,--yes',
    acts: {
      'db reset|clean': losesData('store', 'deletes what the scheduler has recorded'),
      'dags|pools|variables|connections|users delete': losesData('object', 'deletes {} of the scheduler'),
    },
  }),
  ...commandLine('gitlab-runner', {
    options: '--all-runners -n= -t= -u=',
    acts: { 'unregister|stop|uninstall': touchesSystem('service', 'takes runners of the pipeline away') },
  }),
  ...commandLine('nats', {
    options: '-f,--force -s= --context= --creds=',
    acts: {
      'stream|consumer|kv|object|str|con|obj rm|delete|del|purge': losesData(
        'object',
        'deletes {} with its messages',
      ),
      'account|auth rm|delete|purge': destroys('removes {}'),
    },
  }),
  ...commandLine('pulsar-admin', {
    options: '-f --force -d',
    acts: {
      'topics|namespaces|tenants|clusters delete|unload|truncate|clear-backlog': losesData(
        'object',
        'deletes {}',
      ),
    },
  }),
};
