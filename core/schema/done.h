/* Ends what declare.h or define.h began. */
#undef TYPE
#undef END
#undef ONE
#undef OPT
#undef LIST
#undef MAP
#undef MAP_LIST
#undef LIST_LIST
#undef ENUM
#undef SET
#undef ONE_OF
#undef OPT_OF
#undef LIST_OF
#undef MAP_OF
#undef MAP_LIST_OF
#undef EMBED
