#pragma once
/* Documents beside a record. Private to core/store. */

/* The file a key is kept in: the key itself if it is plain, else "=" and its base64. Owned. */
char *bigdata_file_name(const char *key);
