#include "api/metrics/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/buf.h"

static void values_of_labels_are_escaped(void **state)
{
    (void)state;
    autobuf out = BUF(4096);
    metrics_begin(&out, "x_total", "counter", "What it is");
    metrics_count(&out, "x_total", UINT64_MAX, "a", "one \"two\" \\ three\nfour}", "b", "", NULL);
    metrics_sample(&out, "y", 0.25, NULL);
    assert_string_equal(buf_text(&out), "# HELP x_total What it is\n# TYPE x_total counter\n"
                                        "x_total{a=\"one \\\"two\\\" \\\\ three\\nfour}\",b=\"\"} 18446744073709551615\n"
                                        "y 0.25\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_labels_are_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
