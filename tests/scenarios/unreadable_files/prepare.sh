mkdir site/private
echo open > site/index.html
echo closed > site/closed.txt
echo inside > site/private/inside.txt
chmod 0 site/closed.txt site/private
