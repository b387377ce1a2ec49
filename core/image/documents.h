#pragma once
/* Documents of images: rows in documents.def. Private to core/image, and to core/container for what a commit says. */
#include "core/container/spec.h"

#include "core/schema/declare.h"
#include "core/image/documents.def"
#include "core/schema/done.h"

#define IMAGE_MAX_DOCUMENT (4u << 20) /* bytes of a manifest, index or configuration */

#define MEDIA_DOCKER_MANIFEST "application/vnd.docker.distribution.manifest.v2+json"
#define MEDIA_DOCKER_LIST "application/vnd.docker.distribution.manifest.list.v2+json"
#define MEDIA_OCI_MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define MEDIA_OCI_INDEX "application/vnd.oci.image.index.v1+json"
#define MEDIA_OCI_CONFIG "application/vnd.oci.image.config.v1+json"
#define MEDIA_OCI_LAYER "application/vnd.oci.image.layer.v1.tar"
