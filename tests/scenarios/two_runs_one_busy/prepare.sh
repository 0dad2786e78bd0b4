head -c 20000000 /dev/urandom > site/large.bin
