#pragma once
/* Docker's EndpointSettings as a wish. Private to api/docker. */
struct arena;
struct container_network;
struct docker_endpoint;
struct error;
struct str_list;

/*
 * @name: of the network, as the client wrote it; @endpoint: NULL asks for nothing. Borrows from both.
 * ERROR_INVALID names what is not honoured, or is not for the default network.
 */
int docker_translate_endpoint(struct arena *arena, const char *name, const struct docker_endpoint *endpoint,
                              struct container_network *ret_network, struct error **err);
/* "TARGET", "TARGET:ALIAS", or "/TARGET:/CONTAINER/ALIAS" as inspect shows them. ERROR_INVALID in Docker's words. */
int docker_add_links(struct arena *arena, const struct str_list *links, struct container_network *network, struct error **err);
