/* Any bytes as a request's head: the gate says the same whether they come at once or one by one, and what it lets
 * through is as clean as it promises. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "server/head.h"

static char *copy_of(const unsigned char *data, size_t len)
{
    return memcpy(mem_alloc(len + 1), data, len);
}

static void assert_text(const char *text)
{
    for (; *text; text++)
        assert((unsigned char)*text >= ' ' || *text == '\t');
}

static void assert_clean(const struct head *head)
{
    size_t lengths = 0, codings = 0, hosts = 0;
    assert(*head->target == '/' && strlen(head->target) <= HEAD_MAX_TARGET && !strstr(head->target, "%00"));
    assert(head->minor == 0 || head->minor == 1);
    for (size_t i = 0; i < head->field_count; i++) {
        assert_text(head->fields[i].name);
        assert_text(head->fields[i].value);
        lengths += !strcasecmp(head->fields[i].name, "Content-Length");
        codings += !strcasecmp(head->fields[i].name, "Transfer-Encoding");
        hosts += !strcasecmp(head->fields[i].name, "Host");
    }
    assert(lengths + codings <= 1 && hosts <= 1 && (hosts || head->minor == 0));
    assert(head->chunked == (codings == 1) && (head->length >= 0) == (lengths == 1));
    assert(!head->chunked || head->minor == 1);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    struct head whole, slow;
    struct head_progress at_once = { 0 }, by_byte = { 0 };
    size_t consumed = 0, slow_consumed = 0;
    const char *why = NULL;
    char *text = copy_of(data, len), *slow_text = copy_of(data, len);
    int status = head_parse(text, len, &at_once, &whole, &consumed, &why);
    assert(status == 0 || status == 200 || (status >= 400 && why));
    if (status == 200)
        assert_clean(&whole);
    int slow_status = 0;
    for (size_t i = 1; i <= len && !slow_status; i++)
        slow_status = head_parse(slow_text, i, &by_byte, &slow, &slow_consumed, &why);
    if (status == 200)
        assert(slow_status == 200 && slow_consumed == consumed && !strcmp(whole.target, slow.target));
    else
        assert(!slow_status == !status); /* which of two faults is named may differ */
    free(text);
    free(slow_text);
    return 0;
}
