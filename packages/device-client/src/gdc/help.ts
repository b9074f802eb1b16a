export const HELP = `Exosite Gateway Device Client Command Line Interface

Usage:
  gdc [-h] [-v] [-p]
  gdc write <CIK> <alias> <value>
  gdc read <CIK> <alias>...
  gdc record <CIK> <alias> <timestamp> <value>
  gdc activate <vendor> <model> <serial>
  gdc [options] http <command> [<args>...]

Commands of http:
  timestamp                              print the server's clock, in seconds since 1970
  activate                               trade the identity for a token; with -f, keep it in the file
  read <alias>...                        print the newest value of each alias
  poll <alias> [<ms> [<since>]]          wait up to <ms> milliseconds (30000) until the alias is written
  write <alias> <value> [<alias> <value>]...
  record <alias> <timestamp> <value> [<timestamp> <value>]...
  content list                           print the names in the product's content area
  content info <id>                      print <type>,<size>,<updated>,<meta>
  content download <id> [<destination>]  fetch a content; goes on where an earlier try stopped

Options:
  -f, --file <file>      identity file of the device; "gwe" is this gateway's Gateway.cfg
  -H, --host <host>      server: a host name (https), or an address such as http://127.0.0.1:8080
  -P, --port <port>      port of the server
  -k, --token <token>    token (CIK) of the device
  -u, --uuid <uuid>      identity of the device, in place of the file's uuid
  -t, --timeout <s>      longest silence of the server, in seconds (15)
  -d, --debug <level>    DEBUG, INFO, WARNING, ERROR or CRITICAL; DEBUG shows each request on standard error
  -h, --help             this text
  -v, --version          the version
  -p, --path             the folder of this program

The server is that of -H, or else of the environment variable GWE_SERVER, or else it follows from the identity file.
A value that begins with "-" and is not a number stands behind "--".

For more information see docs/reference/gdc.md
`;
