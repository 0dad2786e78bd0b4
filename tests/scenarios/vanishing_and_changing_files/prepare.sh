head -c 60000000 /dev/urandom > site/a-large.bin
echo 'gone before it is read' > site/b-vanishing.txt
echo 'stays' > site/c-stays.txt
