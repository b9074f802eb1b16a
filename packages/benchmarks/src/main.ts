/** npm run bench: measures the programs and their peers on the same work in one run, and prints ratios. */
process.stderr.write("bench: no such measurement\n");
process.exitCode = 64;
