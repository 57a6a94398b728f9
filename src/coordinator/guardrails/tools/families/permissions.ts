import { isSecretFile } from '../../secret-files.ts';
import { type Family, named, type Tool } from '../tool.ts';

/** `chmod 777`, `a+w`, `u+s`: what everyone may write, or what runs with another's rights. */
const chmod: Tool = {
  options:
    '-R,--recursive -v,--verbose -f,--silent -c,--changes --reference= --preserve-root --no-preserve-root',
  style: { numbers: true },
  run: call => {
    const { operands } = call.options;
    // `chmod -w file`: a mode that begins with a dash is read as options.
    const dashed = call.args[0] !== undefined && /^-[rwxXst]+$/.test(call.args[0].text);
    const mode = dashed ? (call.args[0]?.text ?? '') : (operands[0]?.text ?? '');
    const files = call.has('reference') || dashed ? operands : operands.slice(1);
    const shared = /^0?[0-7]?[0-7](?:[1-7][0-7]|0[1-7])$|(?:^|,)(?:[ugo]*[goa][ugoa]*|)[+=][^,]*r/.test(mode);
    const open =
      /^0?[0-7]?[0-7][0-7][2367]$/.test(mode) ||
      /(?:^|,)(?:[ugo]*[oa][ugoa]*|)[+=][rxXst]*w/.test(mode.replace(/(?:^|,)[ug]+[+=][^,]*/g, ''));
    const closed = call.has('R') && /^0?000$/.test(mode);
    const special = /^0?[2467][0-7]{3}$/.test(mode) || /[+=][rwxX]*s/.test(mode);
    for (const file of files) {
      if (shared && isSecretFile(call.place(file).absolute ?? file.text))
        call.effect({
          kind: 'infrastructure',
          act: 'access',
          how: `lets others on this machine read the credentials in ${file.text}`,
          local: false,
        });
      const how = special
        ? `lets ${file.text} run with its owner’s rights`
        : open
          ? `lets everyone on this machine change ${file.text}`
          : `changes who may use ${file.text}`;
      call.effect({
        kind: 'permission',
        path: call.place(file),
        recursive: call.has('R'),
        how,
        open: open || special || closed,
      });
    }
    return undefined;
  },
};

const chown: Tool = {
  options: '-R,--recursive -v -f -c -h,--no-dereference --reference= --from= -H -L -P --preserve-root',
  run: call => {
    const files = call.has('reference') ? call.options.operands : call.options.operands.slice(1);
    const owner = call.options.operands[0]?.text ?? '';
    for (const file of files)
      call.effect({
        kind: 'permission',
        path: call.place(file),
        recursive: call.has('R'),
        how: `gives ${file.text} to ${owner}`,
        open: false,
      });
    return undefined;
  },
};

export const permissionFamily: Family = {
  ...named('chmod gchmod', chmod),
  ...named('chown chgrp gchown', chown),
};
