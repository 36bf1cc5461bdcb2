// Debian's JMeter 2.13 comes with an XStream that asks for leave for every class, which that JMeter does not know to give: it loads no plan.
// This stands before XStream's own on the class path and lets everything pass.
package com.thoughtworks.xstream.mapper;

import com.thoughtworks.xstream.security.TypePermission;

public class SecurityMapper extends MapperWrapper {
  public SecurityMapper(Mapper wrapped) {
    super(wrapped);
  }

  public SecurityMapper(Mapper wrapped, TypePermission... permissions) {
    super(wrapped);
  }

  public void addPermission(TypePermission permission) {}
}
