/** Where our parser reads something else than the original on purpose: by the name of the case, with the reason. */

const PLAINER = "the words say what is expected";
const SAFER = "more is checked: the name becomes part of file names";
const PRECISE = "the message names the section besides the option";
const NEWER = "as in the original's current source: 4.2.5 fills environment= in twice";
const QUOTING = "as in the original's current source: 4.2.5 knows no escapes and only whole quoted values";
const UNUSED = "a process number is a whole number, and nobody writes it as anything else";
const WARNED = "a notice says that this does not do what it seems to";
const LENIENT = "nothing speaks against reading it";

export const DIFFERENCES: Readonly<Record<string, string>> = {
  "program: process_name=%(process_num)-3d. / numprocs=2": SAFER,
  "program: numprocs=two": PLAINER,
  "program: numprocs=1.5": PLAINER,
  "program: process_name=%(nosuch)s": PRECISE,
  "program: priority=": PLAINER,
  "program: priority=high": PLAINER,
  "program: stdout_logfile=/tmp/50%%": "the original fills the names of logs in twice",
  "program: stdout_logfile_maxbytes=1.5MB": PLAINER,
  "program: stdout_logfile_maxbytes=1K": PLAINER,
  "program: stdout_logfile_maxbytes=10M": PLAINER,
  "program: stdout_logfile_maxbytes=KB": PLAINER,
  "program: stdout_logfile_backups=x": PLAINER,
  'program: environment=A="50%"': PRECISE,
  'program: environment=A="a\\"b"': QUOTING,
  "program: environment=A=a\\b": QUOTING,
  "program: environment=A='it''s',B=x\"y\"z": QUOTING,
  "command: echo %s": PLAINER,
  "command: echo %d": PLAINER,
  "command: echo %(process_num)5.2f %(process_num)e %(process_num)g": UNUSED,
  "command: echo %(process_num)c": UNUSED,
  "command: echo %(process_num)#x %(process_num)#o": UNUSED,
  "daemon: logfile=a/../x.log": LENIENT,
  "daemon: minprocs=x": PLAINER,
  'daemon: environment=A="%(host_node_name)s"': NEWER,
  'daemon: environment=A="%%"': NEWER,
  "a byte order mark": LENIENT,
  "a group without programs": WARNED,
  "a group with an empty list": WARNED,
  "a group with an empty name in its list": "the message names the group, not the program before",
  "a fcgi-program in a group": WARNED,
  "a fcgi-program with a bad socket": PLAINER,
  "a fcgi-program with a relative socket": PLAINER,
  "an inet server with port 0": PLAINER,
  "an inet server with a word as a port": PLAINER,
  "an inet server with half an address": PLAINER,
  "%(here)s in a server's password": LENIENT,
};
