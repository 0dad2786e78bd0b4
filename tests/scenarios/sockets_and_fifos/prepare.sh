echo text > site/index.html
mkfifo site/pipe
python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind("site/s")'
ln -s /etc/hostname site/outside
ln -s index.html site/inside
