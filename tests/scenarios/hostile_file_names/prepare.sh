cd site
touch -- '-rf' '--checkpoint-action=exec=sh evil.sh' 'a b' $'new\nline' $'tab\tand\rreturn' $'\e[31mred' '$(touch x)' \
    '`id`' "it's" 'say "hi"' 'back\slash' '*' '~' '{{ 7*7 }}' '%s%n' ' leading' 'trailing ' '...' '.hidden' '<b>&lt;' 'größe-目-🎉'
printf 'latin1' > "$(printf 'm\374ller.txt')"
printf 'bytes' > "$(printf '\377\376\001')"
echo deep > "$(printf 'n%.0s' $(seq 255))"
mkdir -p 'dir with '"$(printf '\342\202')"'cut' && echo in > 'dir with '"$(printf '\342\202')"'cut/file'
mkdir -p long && (cd long; for _ in $(seq 14); do d=$(printf 'd%.0s' $(seq 240)); mkdir "$d"; cd "$d"; done; echo end > end)
ln -s -- '-rf' link-to-dash
ln -s $'new\nline' $'link\nline'
echo same > first && ln first 'second name'
truncate -s 200M sparse.img && printf 'end' | dd of=sparse.img bs=1 seek=150000000 conv=notrunc status=none
echo acl > acl && setfacl -m u:33:rw acl && setfattr -n user.note -v 'it is "quoted"' acl
mkdir deny && setfacl -d -m g:33:rwx deny
chmod 4755 first; chown 12345:54321 'a b'; touch -d '1999-12-31T23:59:59.123456789' acl
