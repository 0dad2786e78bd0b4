head -c 3000000 /dev/urandom > site/first.bin
