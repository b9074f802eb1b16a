export const HELP = `Exosite Gateway Device Client Command Line Interface

Usage:
  gdc [options] http <command> [<args>...]
  gdc [options] mqtt <command> [<args>...]
  gdc -f <file> cfg [<command>] [<args>...]
  gdc write <CIK> <alias> <value>
  gdc read <CIK> <alias>...
  gdc record <CIK> <alias> <timestamp> <value>
  gdc activate <vendor> <model> <serial>
  gdc [-h] [-v] [-b] [-p]

Commands of http:
  timestamp                              print the server's clock, in seconds since 1970
  activate                               trade the identity for a token; with -f, keep it in the file
  read <alias>...                        print the newest value of each alias
  poll <alias> [<ms> [<since>]]          wait up to <ms> milliseconds (30000) until the alias is written
  write <alias> <value> [<alias> <value>]...
  record <timestamp> <alias> <value>     write a value of the past
  record <alias> <timestamp> <value> [<timestamp> <value>]...
  content list                           print the names in the product's content area
  content info <id>                      print <type>,<size>,<updated>,<meta>
  content download <id> [<destination>]  fetch a content; goes on where an earlier try stopped

Commands of mqtt:
  activate                               trade the identity for a token; with -f, keep it in the file
  write <alias> <value>                  write a value and wait until the server has it
  publish <topic> <value>                the same with a topic, such as '$resource/temperature'
  batch <timestamp> <alias> <value> [<timestamp> <alias> <value>]...
  subscribe                              print <alias>.<microseconds>=<value> for what the cloud side writes
  watch [<alias>...]                     the same for these aliases, or for the file's watchlist

Commands of cfg:
  show                                   print the file, its secrets hidden (also without a command)
  get [<section> [<option>]]             print the sections, the options of one, or a value
  set <section> <option> <value>         change a value

Options:
  -f, --file <file>      file of the device: Gateway.cfg's form or a Device INI; "gwe" is this gateway's own
  -H, --host <host>      server: a host name, or an address such as http://127.0.0.1:8080 or mqtts://broker:8883
  -P, --port <port>      port of the server
  -i, --pid <product>    id of the product, on which the server's name depends
  -u, --uuid <uuid>      identity of the device, in place of the file's
  -k, --token <token>    token (CIK) of the device
  -C, --cert <file>      client certificate (PEM), with -K in place of a token
  -K, --pkey <file>      private key of the client certificate (PEM)
  -E, --cacert <file>    the authority to trust (PEM); else /etc/exosite/gdc/Murano_Root_CA.cer, if it is there
  -t, --timeout <s>      longest silence of the server, in seconds (15)
  --disconnect-after <s> end subscribe and watch after this time
  -d, --debug <level>    DEBUG, INFO, WARNING, ERROR or CRITICAL; DEBUG shows each request on standard error
  -h, --help             this text
  -v, --version          the version
  -b, --build            the name of this build
  -p, --path             the folder of this program

The server is that of -H, or else of the environment variable GWE_SERVER, or else it follows from the file.
MQTT is spoken over TLS; only an address such as mqtt://127.0.0.1:1883, with a port other than 8883 and 443, is plain.
"-" for the value of a write or publish stands for each line of standard input.
A value that begins with "-" and is not a number stands behind "--".

For more information see docs/reference/gdc.md
`;
