head -c 60000000 /dev/urandom > site/large.bin
