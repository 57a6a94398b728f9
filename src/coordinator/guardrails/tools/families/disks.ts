import { unknown } from '../../shell/value.ts';
import { touchesSystem } from '../command-line.ts';
import { type Family, named, type Tool } from '../tool.ts';
import { remove } from './files.ts';

/** Formatting, partitioning and wiping: every operand is a device, or a file that stands for one. */
const formatter = (options: string, readOnly: readonly string[] = []): Tool => ({
  options,
  run: call => {
    if (readOnly.some(option => call.has(option)) || call.has('help', 'V', 'version')) return undefined;
    for (const operand of call.options.operands) {
      const place = call.place(operand);
      if (place.area === 'device' || place.area === 'unknown')
        call.effect({ kind: 'wipe-device', device: operand.text });
      else if (operand.text.includes('/') || operand.text.includes('.'))
        remove(call, [operand], false, 'shred');
    }
    return undefined;
  },
});

const wiping: Tool = {
  run: call => {
    call.effect({ kind: 'wipe-device', device: call.args.at(-1)?.text ?? unknown });
    return undefined;
  },
};

export const diskFamily: Family = {
  ...named(
    'mkfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.ntfs mkfs.exfat mkfs.f2fs mke2fs mkntfs mkdosfs newfs newfs_apfs newfs_hfs',
    formatter('-t,--type= -L= -b= -N= -n= -F -q -V -c -v'),
  ),
  mkswap: formatter('-L,--label= -U,--uuid= -f,--force -p,--pagesize='),
  wipefs: formatter(
    '-a,--all -f,--force -n,--no-act -o,--offset= -t,--types= -b,--backup -i,--noheadings -J,--json -p,--parsable -O,--output= -q,--quiet',
    ['n', 'i', 'J', 'p', 'O'],
  ),
  blkdiscard: formatter(
    '-o,--offset= -l,--length= -p,--step= -s,--secure -z,--zeroout -f,--force -v,--verbose',
  ),
  fdisk: formatter('-l,--list -b,--sector-size= -t,--type= -x,--list-details -s,--getsz', ['l', 'x', 's']),
  sfdisk: formatter('-l,--list -d,--dump -J,--json -n,--no-act -V,--verify -s,--show-size', [
    'l',
    'd',
    'J',
    'n',
    's',
  ]),
  sgdisk: formatter(
    '-p,--print -i,--info= -Z,--zap-all -z,--zap -o,--clear -n,--new= -t,--typecode= -P,--pretend',
    ['p', 'P'],
  ),
  gdisk: formatter('-l', ['l']),
  cfdisk: formatter(''),
  parted: formatter('-l,--list -s,--script -a,--align= -m,--machine', ['l']),
  badblocks: formatter('-w -n -s -v -b= -c= -o= -p=', ['n', 's']),
  hdparm: {
    run: call => {
      const wipes = call.args.some(arg =>
        /^--(?:security-erase|trim-sector|write-sector|make-bad-sector)/.test(arg.text),
      );
      const device = call.args.find(arg => arg.text.startsWith('/dev/'));
      if (wipes) call.effect({ kind: 'wipe-device', device: device?.text ?? unknown });
      return undefined;
    },
  },
  cryptsetup: {
    subcommands: {
      luksformat: formatter('-q --type= -c,--cipher= -s,--key-size= -h,--hash= -d,--key-file='),
      erase: formatter('-q'),
      lukserase: formatter('-q'),
    },
  },
  diskutil: {
    subcommands: {
      ...named(
        'erasedisk erasevolume secureerase partitiondisk zerodisk randomdisk reformat eraseoptical resetfusion',
        wiping,
      ),
      apfs: { subcommands: named('deletecontainer deletevolume erasevolume deletesnapshot', wiping) },
    },
  },
  nvme: { subcommands: { format: wiping, sanitize: wiping, 'delete-ns': wiping, 'write-zeroes': wiping } },
  ...named('e2fsck fsck fsck.ext4 xfs_repair', {
    options: '-n -N -V -y -a -p -f -v -t= -C= -L -r -A -R -M -b=',
    run: call => {
      // With -n it only looks.
      if (!call.has('n', 'N') && call.has('y', 'a', 'p', 'f', 'L') && call.options.operands.length > 0)
        call.effect(touchesSystem('setting', 'repairs a file system, which can take files away'));
      return undefined;
    },
  }),
  ...named('tune2fs resize2fs xfs_growfs debugfs', {
    options: '-l -w -R= -P -f -M -O= -c= -i= -L= -U= -j -m= -n',
    run: call => {
      const looks = call.has('l', 'P', 'n') || (call.name === 'debugfs' && !call.has('w'));
      if (!looks && call.options.operands.length > 0)
        call.effect(touchesSystem('setting', 'changes a file system in place'));
      return undefined;
    },
  }),
  // DOS: `format c:` names a drive; other programs of that name do not.
  format: {
    run: call => {
      const drive = call.args.find(arg => /^[A-Za-z]:$/.test(arg.text));
      if (drive !== undefined) call.effect({ kind: 'wipe-device', device: drive.text });
      return undefined;
    },
  },
};
