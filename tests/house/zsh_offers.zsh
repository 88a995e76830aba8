# zsh_offers.zsh FOLDER LINE FILE: puts into the file what zsh offers at the end of the command line with the completions in
# the folder, one a line. Completion needs a terminal, so that another zsh gets one.
zmodload zsh/zpty

zpty inner zsh -f -i
# Completions are offered by compadd; with -O, -A and -D it only asks which words would match.
zpty -w inner "fpath=(${(q)1} \$fpath); offers=${(q)3}
autoload -Uz compinit; compinit -u -D"'
compadd() {
    if ! (( ${argv[(I)-[OAD]]} )); then
        local -a hits
        builtin compadd -O hits "$@"
        print -rl -- $hits >>$offers
    fi
    builtin compadd "$@"
}
offer() { zle complete-word; print ended }
zle -N offer; bindkey "^T" offer; print pre""pared'
zpty -r inner answer '*prepared*'
zpty -n -w inner "$2"$'\C-T'
zpty -r inner answer '*ended*'
zpty -d inner
