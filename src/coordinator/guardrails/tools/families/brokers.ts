import { commandLine, destroys, losesData } from '../command-line.ts';
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
    },
  }),
  ...commandLine('rabbitmqadmin', {
    options: '-H= -P= -u= -p= -V=',
    acts: { 'delete|purge': losesData('object', 'deletes {} from the message broker') },
  }),
  ...commandLine(
    'kafka-topics kafka-topics.sh kafka-consumer-groups kafka-consumer-groups.sh kafka-delete-records kafka-delete-records.sh',
    {
      options:
        '--bootstrap-server= --zookeeper= --topic= --group= --command-config= --offset-json-file= --partitions= --replication-factor=',
      acts: {
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
    },
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
