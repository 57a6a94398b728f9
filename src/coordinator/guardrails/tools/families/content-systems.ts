import { changes, commandLine, losesData } from '../command-line.ts';
import type { Family } from '../tool.ts';
import { runSql } from './databases.ts';

/** WordPress and Drupal from the command line: a site is a database and what was uploaded. */
export const contentSystemFamily: Family = {
  ...commandLine('wp', {
    options:
      '--path= --url= --user= -y,--yes --dry-run --network --force --allow-root --format= --skip-plugins?= --ssh=',
    harmlessWith: 'dry-run',
    acts: {
      'db reset|drop|clean': losesData('store', 'drops the tables of the site'),
      'db query': call => {
        for (const operand of call.options.operands) runSql(call, operand.text);
      },
      'db import': losesData('store', 'replaces the tables of the site'),
      'site empty|delete': losesData('store', 'deletes the site’s content'),
      'post|page|comment|term|menu|media|user|option|widget delete': losesData(
        'rows',
        'deletes {} of the site',
      ),
      'plugin|theme delete|uninstall': changes('removes {} with its data'),
      'search-replace': changes('rewrites text in every table of the site'),
      'user create|update|set-role|add-role|add-cap': changes('changes who may do what on the site'),
    },
  }),
  ...commandLine('drush', {
    options: '-y,--yes -r,--root= -l,--uri= --db-url= --simulate,-s',
    harmlessWith: 'simulate',
    acts: {
      'sql-drop|sql:drop|site:install|site-install|si': losesData('store', 'drops every table of the site'),
      'sql-query|sql:query|sqlq': call => {
        for (const operand of call.options.operands) runSql(call, operand.text);
      },
      'sql-sync|sql:sync': losesData('store', 'replaces the database of a site by another'),
      'entity:delete|edel|user:cancel|pm:uninstall|pm-uninstall': losesData('rows', 'deletes {} of the site'),
    },
  }),
};
