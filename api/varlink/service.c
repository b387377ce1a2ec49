/* org.varlink.service */
#include <string.h>

#include "api/types/varlink/varlink.h"
#include "api/varlink/interface.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/version.h"

#define IDL_MAX_BYTES (1u << 20)

static int get_info(struct varlink_call *call, struct error **err)
{
    struct varlink_info info = {
        .vendor = "Coracle",
        .product = "coracled",
        .version = CORACLE_VERSION,
        .url = "man:coracled(8)",
    };
    for (const struct varlink_interface *const *at = varlink_interfaces; *at; at++)
        str_list_add(call->arena, &info.interfaces, (*at)->name);
    return varlink_reply(call, varlink_info_schema(), &info, false, err);
}

static int get_description(struct varlink_call *call, struct error **err)
{
    const struct varlink_interface_name *in = call->in;
    for (const struct varlink_interface *const *at = varlink_interfaces; *at; at++) {
        if (strcmp((*at)->name, in->interface))
            continue;
        autobuf text = BUF(IDL_MAX_BYTES);
        varlink_print_idl(&text, *at);
        const struct varlink_description description = { buf_text(&text) };
        return varlink_reply(call, varlink_description_schema(), &description, false, err);
    }
    return varlink_reply_error(call, "org.varlink.service.InterfaceNotFound", varlink_interface_name_schema(), in, err);
}

const struct varlink_method service_methods[] = {
    { "GetInfo", "About this service.", NULL, varlink_info_schema, get_info, "system:read" },
    { "GetInterfaceDescription", "The text of one interface.", varlink_interface_name_schema, varlink_description_schema, get_description, "system:read" },
    { 0 },
};
